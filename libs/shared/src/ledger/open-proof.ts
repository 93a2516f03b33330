import { isSameBytes } from './bytes.ts';
import { ledgerError } from './ledger-error.ts';
import { type Sha256 } from './merkle-hash.ts';
import { type LogKey, openCheckpoint, type SignedCheckpoint } from './signed-checkpoint.ts';
import { parseProof, type TlogProof } from './tlog-proof.ts';
import { rootFromInclusion } from './verify-inclusion.ts';

/** A proof that holds. */
export interface OpenedProof {
  index: number;
  checkpoint: SignedCheckpoint;
  /** Not authenticated. */
  extra?: Uint8Array;
}

/**
 * Verifies the text of a proof (C2SP tlog-proof): the log has signed the checkpoint, and the leaf of this hash is in its
 * tree. Cosignatures are among `checkpoint.signatures`, unchecked. Throws AppError `LEDGER.PROOF_INVALID`, or
 * `LEDGER.CHECKPOINT_INVALID` when the checkpoint is not one of this log.
 */
export function openProof(text: string, leafHash: Uint8Array, log: LogKey, sha256: Sha256): OpenedProof {
  const { index, proof, checkpoint: note, extra }: TlogProof = parseProof(text);
  const checkpoint = openCheckpoint(note, log);
  const root = rootFromInclusion({ index, size: checkpoint.size, leafHash, proof }, sha256);
  if (!isSameBytes(root, checkpoint.root))
    throw ledgerError('proof', 'The proof leads to another root than the checkpoint has.');
  return { index, checkpoint, ...(extra === undefined ? {} : { extra }) };
}
