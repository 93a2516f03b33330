import { createHash } from 'node:crypto';
import { type HashReader } from './hash-reader.ts';

/** A tree by the definitions of RFC 6962 section 2.1, word for word: what is fast elsewhere is compared with it. */
export interface PlainTree {
  leafHashes: readonly Uint8Array[];
  /** MTH(D[start:end]). */
  root(start: number, end: number): Uint8Array;
  /** PATH(m, D[start:end]). */
  inclusion(m: number, start: number, end: number): Uint8Array[];
  /** SUBPROOF(m, D[start:end], b). */
  consistency(m: number, start: number, end: number, b: boolean): Uint8Array[];
  /** The tiles of the tree of all leaves, and what was read of them. */
  reader: HashReader & { reads: string[] };
}

export function digest(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** `count` leaf hashes that differ. */
export const someLeafHashes = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => digest(Uint8Array.of(0), `entry ${n}`));

export function plantTree(leafHashes: readonly Uint8Array[]): PlainTree {
  const known = new Map<number, Uint8Array>();
  const splitOf = (start: number, end: number): number => start + 2 ** Math.floor(Math.log2(end - start - 1));

  function root(start: number, end: number): Uint8Array {
    if (end === start) return digest();
    if (end === start + 1) return leafHashes[start]!;
    const key = start * 1_000_000 + end;
    const split = splitOf(start, end);
    const hash = known.get(key) ?? digest(Uint8Array.of(1), root(start, split), root(split, end));
    known.set(key, hash);
    return hash;
  }
  function inclusion(m: number, start: number, end: number): Uint8Array[] {
    if (end === start + 1) return [];
    const split = splitOf(start, end);
    return start + m < split
      ? [...inclusion(m, start, split), root(split, end)]
      : [...inclusion(m - (split - start), split, end), root(start, split)];
  }
  function consistency(m: number, start: number, end: number, b: boolean): Uint8Array[] {
    if (m === end - start) return b ? [] : [root(start, end)];
    const split = splitOf(start, end);
    return start + m <= split
      ? [...consistency(m, start, split, b), root(split, end)]
      : [...consistency(m - (split - start), split, end, false), root(start, split)];
  }
  const reads: string[] = [];
  const read = (level: number, index: number, width: number): Promise<Uint8Array> => {
    reads.push(`${level}/${index}`);
    const span = 256 ** level;
    const first = index * 256;
    if ((first + width) * span > leafHashes.length) return Promise.reject(new Error('beyond the tree'));
    const hashes = Array.from({ length: width }, (_, n) => root((first + n) * span, (first + n + 1) * span));
    return Promise.resolve(new Uint8Array(Buffer.concat(hashes)));
  };
  return { leafHashes, root, inclusion, consistency, reader: { read, reads } };
}

/** Every copy of the bytes in which one bit is another. */
export function* withOneBitFlipped(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = new Uint8Array(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
}
