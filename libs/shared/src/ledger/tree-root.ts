import { isSize } from './decimal.ts';
import { type HashReader, NodeReads } from './hash-reader.ts';
import { ledgerError } from './ledger-error.ts';
import { emptyRoot, type Sha256 } from './merkle-hash.ts';
import { rangeRoot } from './range-root.ts';

/**
 * The root of the tree of the first `size` leaves (RFC 6962 section 2.1), 32 bytes. Reads the partial tiles at its right
 * edge, at most one per level. Throws AppError `LEDGER.PROOF_INVALID` for what is no size, and what the reader throws.
 */
export async function treeRoot(size: number, reader: HashReader, sha256: Sha256): Promise<Uint8Array> {
  if (!isSize(size)) throw ledgerError('proof', 'The size of a tree is a whole number from 0 to 2^53 - 1.');
  return size === 0 ? emptyRoot(sha256) : rangeRoot([0, size], new NodeReads(size, reader, sha256), sha256);
}
