import { decodeBase64, encodeBase64 } from './base64.ts';
import { joinBytes } from './bytes.ts';
import { type NoteSigner } from './note-key.ts';
import { isKeyName } from './note-name.ts';

/** One signature line of a note: whose it claims to be, and what was signed with. */
export interface NoteSignature {
  name: string;
  /** 4 bytes. */
  keyId: Uint8Array;
  /** What stands behind the key id; at least one byte. */
  signature: Uint8Array;
  /** The line itself with its newline: `— <name> <base64 of key id and signature>\n`. */
  line: string;
}

const keyIdLength = 4;

/** The line that a signer puts under a text, with its newline. */
export const signatureLine = (text: string, signer: NoteSigner): string =>
  `\u2014 ${signer.name} ${encodeBase64(joinBytes(signer.keyId, signer.sign(text)))}\n`;

/** Reads one signature line with its newline (C2SP signed-note); undefined for what is none, in that one spelling. */
export function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', blob = ''] = /^\u2014 ([^ \n]+) ([^ \n]+)\n$/.exec(line) ?? [];
  const bytes = isKeyName(name) ? decodeBase64(blob) : undefined;
  if (bytes === undefined || bytes.length <= keyIdLength) return undefined;
  return { name, keyId: bytes.slice(0, keyIdLength), signature: bytes.slice(keyIdLength), line };
}
