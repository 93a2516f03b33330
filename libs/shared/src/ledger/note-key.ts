import {
  type Ed25519,
  fromHex,
  isAcceptablePublicKey,
  naclEd25519,
  sha256,
  type Signer,
  toHex,
} from '../crypto/portable.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { isSameBytes, joinBytes } from './bytes.ts';
import { ledgerError } from './ledger-error.ts';
import { isKeyName } from './note-name.ts';

/** What a key signs: the text of a note itself (C2SP signed-note), or that it saw a checkpoint (C2SP tlog-cosignature). */
export const signatureType = { ed25519: 0x01, cosignature: 0x04 } as const;
export type SignatureType = (typeof signatureType)[keyof typeof signatureType];

/** A key under its name; together with the type they make its id. */
export interface VerifierKey {
  name: string;
  /** The first 4 bytes of SHA-256 of name, newline, type and public key. */
  keyId: Uint8Array;
  type: SignatureType;
  /** Ed25519, 64 hex. */
  publicKey: string;
}

/** Makes the signatures of one key under a note. */
export interface NoteSigner {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** The bytes behind the key id: 64 of Ed25519, or a time and 64 for a cosignature. */
  sign(text: string): Uint8Array;
}

/** Checks the signatures of one key under a note; `verify` never throws. */
export interface NoteVerifier {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  verify(text: string, signature: Uint8Array): boolean;
}

const encoder = new TextEncoder();

/** The key of a name and 64 hex. Throws AppError `LEDGER.NOTE_INVALID` for a bad name, or a key that must not be trusted. */
export function openKey(name: string, publicKey: string, type: SignatureType): VerifierKey {
  if (!isKeyName(name))
    throw ledgerError('note', 'The name of a key is not empty and has no space, plus or control character.');
  if (!isAcceptablePublicKey(publicKey))
    throw ledgerError('note', `The public key of ${name} is not an acceptable Ed25519 key.`);
  const keyId = sha256(joinBytes(encoder.encode(`${name}\n`), Uint8Array.of(type), fromHex(publicKey))).slice(0, 4);
  return { name, keyId, type, publicKey };
}

/** Signs the text of notes with an Ed25519 key (type 0x01). Throws AppError `LEDGER.NOTE_INVALID` for a bad name. */
export function createNoteSigner(name: string, signer: Signer): NoteSigner {
  const { keyId } = openKey(name, signer.publicKey, signatureType.ed25519);
  return { name, keyId, sign: (text) => fromHex(signer.sign(text)) };
}

/** Checks what `createNoteSigner` signs; a service passes `serverEd25519`, which is hundreds of times faster. */
export function createNoteVerifier(name: string, publicKey: string, ed25519: Ed25519 = naclEd25519): NoteVerifier {
  const { keyId } = openKey(name, publicKey, signatureType.ed25519);
  return { name, keyId, verify: (text, signature) => ed25519.verify(text, toHex(signature), publicKey) };
}

/**
 * The text by which a verifier is told a key (C2SP signed-note, verifier keys): `<name>+<8 hex of the key id>+<base64 of
 * the type and the 32 bytes>`. Throws AppError `LEDGER.NOTE_INVALID` for a bad name or key.
 */
export function vkeyOf(name: string, publicKey: string, type: SignatureType = signatureType.ed25519): string {
  const { keyId } = openKey(name, publicKey, type);
  return `${name}+${toHex(keyId)}+${encodeBase64(joinBytes(Uint8Array.of(type), fromHex(publicKey)))}`;
}

/** Reads what `vkeyOf` makes, in that one spelling. Throws AppError `LEDGER.NOTE_INVALID`, also when the key id is not the key's. */
export function parseVkey(text: string): VerifierKey {
  // A base64 text may hold plus signs, a name never does.
  const [, name = '', id, material = ''] = /^([^+]{1,500})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text) ?? [];
  const bytes = decodeBase64(material);
  const type = Object.values(signatureType).find((known) => known === bytes?.[0]);
  if (bytes?.length !== 33 || type === undefined) throw ledgerError('note', 'This is no verifier key of Ed25519.');
  const key = openKey(name, toHex(bytes.subarray(1)), type);
  if (toHex(key.keyId) !== id) throw ledgerError('note', `The key id of ${name} belongs to another key.`);
  return key;
}

/** Whether a signature claims to be of this key: the name and the id must both be the same. */
export const isOfKey = (
  signature: { name: string; keyId: Uint8Array },
  key: { name: string; keyId: Uint8Array },
): boolean => signature.name === key.name && isSameBytes(signature.keyId, key.keyId);
