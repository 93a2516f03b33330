import { ledgerError } from './ledger-error.ts';
import { parseNote, type ParsedNote } from './note.ts';
import { isOfKey, type NoteVerifier } from './note-key.ts';

/**
 * The text of a note and those of its signatures that hold, given the keys that are trusted (C2SP signed-note). Throws
 * AppError `LEDGER.NOTE_INVALID` when it is malformed, when a signature of a trusted key does not hold, and when there is
 * none of a trusted key. Signatures of other keys are ignored, as the specification demands.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): ParsedNote {
  const { text, signatures } = parseNote(note);
  const held = signatures.filter((signature) => {
    const verifier = verifiers.find((known) => isOfKey(signature, known));
    if (verifier !== undefined && !verifier.verify(text, signature.signature))
      throw ledgerError('note', `The signature of ${signature.name} does not hold.`);
    return verifier !== undefined;
  });
  if (held.length === 0) throw ledgerError('note', 'No trusted key has signed the note.');
  return { text, signatures: held };
}
