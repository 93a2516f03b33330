import { type NodeReads } from './hash-reader.ts';
import { nodeHash, type Sha256 } from './merkle-hash.ts';

/** Leaves [start, end). */
export type LeafRange = readonly [start: number, end: number];

/** Where RFC 6962 section 2.1 splits a range of more than one leaf: behind the largest power of two below its length. */
export function splitRange([start, end]: LeafRange): number {
  let half = 1;
  while (half * 2 < end - start) half *= 2;
  return start + half;
}

/** The Merkle Tree Hash (RFC 6962 section 2.1) of a range that splitting the tree has led to; it is not empty. */
export async function rangeRoot([start, end]: LeafRange, nodes: NodeReads, sha256: Sha256): Promise<Uint8Array> {
  const subtrees: Promise<Uint8Array>[] = [];
  for (let at = start; at < end;) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height += 1;
    subtrees.push(nodes.node(height, at / 2 ** height));
    at += 2 ** height;
  }
  return (await Promise.all(subtrees)).reduceRight((right, left) => nodeHash(left, right, sha256));
}
