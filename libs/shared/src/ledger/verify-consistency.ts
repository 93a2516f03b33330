import { isSameBytes } from './bytes.ts';
import { isSize } from './decimal.ts';
import { emptyRoot, isHash, nodeHash, type Sha256 } from './merkle-hash.ts';
import { maxProofHashes } from './verify-inclusion.ts';

/** That the tree of `from` leaves is the beginning of the tree of `to` leaves; hashes are 32 bytes. */
export interface ConsistencyClaim {
  from: number;
  to: number;
  fromRoot: Uint8Array;
  toRoot: Uint8Array;
  /** RFC 6962 section 2.1.2, in its order. */
  proof: readonly Uint8Array[];
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value)) && 2 ** Math.log2(value) === value;

/**
 * Whether a proof of consistency holds (RFC 9162 section 2.1.4.2). Sizes and roots come from two checkpoints of one log.
 * From an empty tree, and for equal sizes and roots, the proof must be empty. It never throws.
 */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim;
  if (!isSize(from) || !isSize(to) || from > to || !isHash(fromRoot) || !isHash(toRoot)) return false;
  if (proof.length > maxProofHashes || !proof.every(isHash)) return false;
  if (from === to) return proof.length === 0 && isSameBytes(fromRoot, toRoot) && isEmptyAsSaid(claim, sha256);
  if (from === 0) return proof.length === 0 && isEmptyAsSaid(claim, sha256);
  const [start, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  return start !== undefined && climbBoth(claim, start, rest, sha256);
}

const isEmptyAsSaid = ({ from, fromRoot }: ConsistencyClaim, sha256: Sha256): boolean =>
  from > 0 || isSameBytes(fromRoot, emptyRoot(sha256));

/** From the last complete subtree of the smaller tree up to both roots at once. */
function climbBoth(
  { from, to, fromRoot, toRoot }: ConsistencyClaim,
  start: Uint8Array,
  rest: readonly Uint8Array[],
  sha256: Sha256,
): boolean {
  let [node, last] = [from - 1, to - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [older, newer] = [start, start];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(hash, older, sha256);
      newer = nodeHash(hash, newer, sha256);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newer = nodeHash(newer, hash, sha256);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameBytes(older, fromRoot) && isSameBytes(newer, toRoot);
}
