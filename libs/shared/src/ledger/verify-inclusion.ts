import { isSameBytes } from './bytes.ts';
import { isSize } from './decimal.ts';
import { ledgerError } from './ledger-error.ts';
import { isHash, nodeHash, type Sha256 } from './merkle-hash.ts';

/** Hashes of the longest proof that is looked at; a tree of 2^53 leaves needs 53, its consistency 54. */
export const maxProofHashes = 64;

/** That the leaf `index` (from 0) of a tree of `size` leaves has this hash; hashes are 32 bytes. */
export interface InclusionClaim {
  index: number;
  size: number;
  leafHash: Uint8Array;
  /** RFC 6962 section 2.1.1: the leaf's sibling first. */
  proof: readonly Uint8Array[];
}

function climb({ index, size, leafHash, proof }: InclusionClaim, sha256: Sha256): Uint8Array | undefined {
  if (!isSize(index) || !isSize(size) || index >= size || !isHash(leafHash)) return undefined;
  if (proof.length > maxProofHashes || !proof.every(isHash)) return undefined;
  let [node, last] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash, sha256);
      // The last node of a row may have no sibling: it is the same node in the rows above, until one has.
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

/**
 * The root that a proof of inclusion leads to (RFC 9162 section 2.1.3.2), 32 bytes. It says something only when it is
 * compared with the root of a checkpoint, and `size` must be that checkpoint's as well: trees of neighbouring sizes have
 * proofs of one shape. Throws AppError `LEDGER.PROOF_INVALID` when no tree of that size has such a proof.
 */
export function rootFromInclusion(claim: InclusionClaim, sha256: Sha256): Uint8Array {
  const root = climb(claim, sha256);
  if (root === undefined) throw ledgerError('proof', 'No tree of this size has such a proof of inclusion.');
  return root;
}

/** Whether a proof of inclusion leads to this root, which comes from the checkpoint of that size. It never throws. */
export function verifyInclusion(claim: InclusionClaim & { root: Uint8Array }, sha256: Sha256): boolean {
  const root = climb(claim, sha256);
  return root !== undefined && isHash(claim.root) && isSameBytes(root, claim.root);
}
