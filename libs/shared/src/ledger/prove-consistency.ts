import { isSize } from './decimal.ts';
import { type HashReader, NodeReads } from './hash-reader.ts';
import { ledgerError } from './ledger-error.ts';
import { type Sha256 } from './merkle-hash.ts';
import { type LeafRange, rangeRoot, splitRange } from './range-root.ts';

/** SUBPROOF of RFC 6962 section 2.1.2 as ranges, in its order. Needs 0 < from <= to. */
function provingRanges(from: number, to: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let range: LeafRange = [0, to];
  while (range[1] !== from) {
    const middle = splitRange(range);
    const [left, right]: [LeafRange, LeafRange] = [
      [range[0], middle],
      [middle, range[1]],
    ];
    ranges.push(from <= middle ? right : left);
    range = from <= middle ? left : right;
  }
  // The smaller tree as a whole is what the verifier has already; a part of it at its right edge is not.
  if (range[0] !== 0) ranges.push(range);
  return ranges.toReversed();
}

/**
 * The proof that the tree of the first `from` leaves is the beginning of the tree of the first `to`: RFC 6962 section
 * 2.1.2, hashes of 32 bytes in its order. Nothing is to be proved, and the proof is empty, from an empty tree or of equal
 * sizes. Reads each tile at most once. Throws AppError `LEDGER.PROOF_INVALID` when `from` is beyond `to`, and what the
 * reader throws.
 */
export async function proveConsistency(
  from: number,
  to: number,
  reader: HashReader,
  sha256: Sha256,
): Promise<Uint8Array[]> {
  if (!isSize(from) || !isSize(to) || from > to)
    throw ledgerError('proof', `A tree of ${from} leaves is not the beginning of one of ${to}.`);
  if (from === 0) return [];
  const nodes = new NodeReads(to, reader, sha256);
  return Promise.all(provingRanges(from, to).map((range) => rangeRoot(range, nodes, sha256)));
}
