import { type Bytes, readBase64, toHex } from './bytes.ts';
import { demand } from './refusal.ts';
import { isKeyName } from './vkey.ts';

export interface SignatureLine {
  name: string;
  /** 8 hex digits. */
  keyId: string;
  /** What follows the key id. */
  signature: Bytes;
}

/** C2SP signed-note: em dash, space, key name, space, base64 of key id and signature. Without the newline. */
export function readSignatureLine(line: string): SignatureLine {
  const [dash, name, encoded, ...more] = line.split(' ');
  demand(dash === '\u2014' && name !== undefined && encoded !== undefined && more.length === 0, 'no signature line');
  demand(isKeyName(name), 'signature line: no key name');
  const bytes = readBase64(encoded, 'signature line: the signature');
  demand(bytes.length > 4, 'signature line: nothing behind the key id');
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}
