import { type Bytes, readBase64, toHex, utf8 } from './bytes.ts';
import { sha256 } from './merkle-hash.ts';
import { demand } from './refusal.ts';

/** Signature types of C2SP signed-note that this verifier knows: Ed25519, and Ed25519 cosignatures. */
export const noteSignature = 0x01;
export const cosignature = 0x04;

/** A public key under a name, as C2SP signed-note writes it: `<name>+<key id>+<base64 of type and key>`. */
export interface Vkey {
  name: string;
  /** 8 hex digits. */
  keyId: string;
  type: number;
  publicKey: Bytes;
}

/** C2SP signed-note: neither empty nor with Unicode spaces or plus signs. */
export const isKeyName = (name: string): boolean => /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);

/** The first four bytes of SHA-256 over name, newline, type and key. */
export async function keyIdOf(name: string, type: number, publicKey: Uint8Array): Promise<string> {
  const digest = await sha256(utf8(`${name}\n`), Uint8Array.of(type), publicKey);
  return toHex(digest.subarray(0, 4));
}

export async function parseVkey(text: string): Promise<Vkey> {
  const [name, keyId, ...rest] = text.split('+');
  demand(name !== undefined && isKeyName(name), 'vkey: no name');
  demand(keyId !== undefined && /^[0-9a-f]{8}$/.test(keyId), 'vkey: the key id is not 8 hex digits');
  const [type, ...publicKey] = readBase64(rest.join('+'), 'vkey: the key'); // base64 has plus signs of its own
  demand(type === noteSignature || type === cosignature, 'vkey: neither Ed25519 nor an Ed25519 cosignature');
  demand(publicKey.length === 32, 'vkey: an Ed25519 key has 32 bytes');
  const key = Uint8Array.from(publicKey);
  demand((await keyIdOf(name, type, key)) === keyId, 'vkey: the key id is not that of name and key');
  return { name, keyId, type, publicKey: key };
}
