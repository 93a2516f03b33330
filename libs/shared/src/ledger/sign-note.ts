import { ledgerError } from './ledger-error.ts';
import { isNoteText, parseNote } from './note.ts';
import { type NoteSigner } from './note-key.ts';
import { signatureLine } from './signature-line.ts';

/**
 * A signed note (C2SP signed-note) of a text that ends in a newline, one line per signer in their order. Throws AppError
 * `LEDGER.NOTE_INVALID` when the text cannot be a note's, and for no signer or one twice.
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text))
    throw ledgerError('note', 'The text of a note ends in a newline and has no other control character.');
  const note = `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`;
  parseNote(note);
  return note;
}

/**
 * A note with more signature lines (each with its newline) under it, e.g. cosignatures. Throws AppError
 * `LEDGER.NOTE_INVALID` when what comes out is no note; whether the lines hold is for `openNote`.
 */
export function appendSignatures(note: string, lines: readonly string[]): string {
  const signed = `${note}${lines.join('')}`;
  if (parseNote(note).text !== parseNote(signed).text) throw ledgerError('note', 'A signature line has no empty line.');
  return signed;
}
