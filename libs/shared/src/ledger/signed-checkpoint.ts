import { type Ed25519, type Signer } from '../crypto/portable.ts';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { ledgerError } from './ledger-error.ts';
import { parseNote } from './note.ts';
import { createNoteSigner, createNoteVerifier } from './note-key.ts';
import { openNote } from './open-note.ts';
import { signNote } from './sign-note.ts';
import { type NoteSignature } from './signature-line.ts';

/** A checkpoint whose log's signature holds. */
export interface SignedCheckpoint extends Checkpoint {
  /** The whole signed note. */
  note: string;
  /** What is signed, and what a witness cosigns: the note's part before the empty line. */
  text: string;
  /** Every signature line, also those of keys that nobody has checked yet: cosignatures. */
  signatures: NoteSignature[];
}

/** The log that a verifier trusts. */
export interface LogKey {
  origin: string;
  /** Ed25519, 64 hex. */
  publicKey: string;
  /** tweetnacl when absent; a service passes `serverEd25519`. */
  ed25519?: Ed25519;
}

/**
 * A checkpoint as a signed note; the key's name is the origin. Throws AppError `LEDGER.CHECKPOINT_INVALID` or
 * `LEDGER.NOTE_INVALID` for what cannot be one.
 */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  return signNote(formatCheckpoint(checkpoint), [createNoteSigner(checkpoint.origin, signer)]);
}

/**
 * Opens what `signCheckpoint` makes. Throws AppError `LEDGER.CHECKPOINT_INVALID` (its cause says more) when the note is
 * malformed, is of another origin, or when the log's signature is missing or does not hold.
 */
export function openCheckpoint(note: string, { origin, publicKey, ed25519 }: LogKey): SignedCheckpoint {
  try {
    const { text } = openNote(note, [createNoteVerifier(origin, publicKey, ed25519)]);
    const checkpoint = parseCheckpoint(text);
    if (checkpoint.origin !== origin) throw ledgerError('checkpoint', `The checkpoint is of ${checkpoint.origin}.`);
    return { ...checkpoint, note, text, signatures: parseNote(note).signatures };
  } catch (cause) {
    throw ledgerError('checkpoint', `This is no checkpoint that ${origin} signed.`, cause);
  }
}
