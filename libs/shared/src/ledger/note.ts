import { toHex } from '../crypto/portable.ts';
import { ledgerError } from './ledger-error.ts';
import { type NoteSignature, parseSignatureLine } from './signature-line.ts';

/** Bytes of the longest note that is looked at: room for hundreds of Ed25519 signatures. */
export const maxNoteBytes = 65_536;

/** A note taken apart; that says nothing about whether a signature holds. */
export interface ParsedNote {
  /** What is signed, with its final newline. */
  text: string;
  /** In the order of the note; no two of one name and key id. */
  signatures: NoteSignature[];
}

const encoder = new TextEncoder();
const isPlainText = (text: string): boolean => !/[^\n -\u{10ffff}]|\p{Surrogate}/u.test(text);
/** A character is at least one byte: what is too long in characters is not encoded first. */
const isTooLong = (text: string): boolean => text.length > maxNoteBytes || encoder.encode(text).length > maxNoteBytes;

/** Whether a text can be signed as a note: it ends in a newline, is well-formed and has no other control character. */
export const isNoteText = (text: string): boolean => text.endsWith('\n') && isPlainText(text) && !isTooLong(text);

/**
 * Takes a signed note apart (C2SP signed-note): text, empty line, signature lines. At most 64 KiB; every signature line in
 * its one spelling, whoever signed it. Throws AppError `LEDGER.NOTE_INVALID`.
 */
export function parseNote(note: string): ParsedNote {
  if (isTooLong(note)) throw ledgerError('note', `The note is longer than ${maxNoteBytes} bytes.`);
  if (!isPlainText(note))
    throw ledgerError('note', 'The note holds a control character, or is not well-formed Unicode.');
  const end = note.lastIndexOf('\n\n');
  const lines = note.slice(end + 2).split(/(?<=\n)/);
  if (end < 0 || lines[0] === '') throw ledgerError('note', 'The note has no signatures behind an empty line.');
  const signatures: NoteSignature[] = [];
  const keys = new Set<string>();
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === undefined)
      throw ledgerError('note', `Signature line ${signatures.length + 1} of the note is malformed.`);
    const key = `${signature.name} ${toHex(signature.keyId)}`;
    if (keys.has(key)) throw ledgerError('note', `Signature line ${signatures.length + 1} of the note repeats a key.`);
    keys.add(key);
    signatures.push(signature);
  }
  return { text: note.slice(0, end + 1), signatures };
}
