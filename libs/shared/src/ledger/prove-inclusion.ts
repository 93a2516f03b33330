import { isSize } from './decimal.ts';
import { type HashReader, NodeReads } from './hash-reader.ts';
import { ledgerError } from './ledger-error.ts';
import { type Sha256 } from './merkle-hash.ts';
import { type LeafRange, rangeRoot, splitRange } from './range-root.ts';

/** The ranges whose hashes lead from a leaf to the root, the leaf's sibling first. */
function siblingRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  for (let range: LeafRange = [0, size]; range[1] - range[0] > 1;) {
    const middle = splitRange(range);
    const [left, right]: [LeafRange, LeafRange] = [
      [range[0], middle],
      [middle, range[1]],
    ];
    ranges.push(index < middle ? right : left);
    range = index < middle ? left : right;
  }
  return ranges.toReversed();
}

/**
 * The proof that leaf `index` (from 0) is in the tree of the first `size` leaves: RFC 6962 section 2.1.1, hashes of
 * 32 bytes, the leaf's sibling first. Reads each tile at most once, two per level at most. Throws AppError
 * `LEDGER.PROOF_INVALID` when the tree has no such leaf, and what the reader throws.
 */
export async function proveInclusion(
  index: number,
  size: number,
  reader: HashReader,
  sha256: Sha256,
): Promise<Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size)
    throw ledgerError('proof', `A tree of ${size} leaves has no leaf ${index}.`);
  const nodes = new NodeReads(size, reader, sha256);
  return Promise.all(siblingRanges(index, size).map((range) => rangeRoot(range, nodes, sha256)));
}
