import { createPrivateKey, type KeyObject } from 'node:crypto';
import { AppError } from '../kernel/index.ts';
import { type Signer } from './ed25519.ts';
import { isHex } from './hex.ts';
import { keyIdOf } from './key-id.ts';
import { serverEd25519 } from './server-ed25519.ts';

/** A key that signs. The private half stays inside: nothing that prints this object shows it. */
export interface SigningKey extends Signer {
  /** First 16 hex of the SHA-256 of the raw public key. */
  readonly keyId: string;
  /** 64 hex. */
  readonly publicKey: string;
}

const plainPem = '-----BEGIN PRIVATE KEY-----';
const encryptedPem = '-----BEGIN ENCRYPTED PRIVATE KEY-----';

/**
 * Opens an Ed25519 key from the text that an operator keeps: 64 lower-case hex characters (the seed), PKCS#8 in PEM
 * (RFC 8410, as `openssl genpkey -algorithm ed25519` writes it), or the same encrypted, with its passphrase. White
 * space around the text is ignored.
 *
 * Throws AppError `CRYPTO.NO_SIGNING_KEY` (invalid). No message repeats the text, and none has a cause: OpenSSL's
 * errors are about secrets.
 */
export function openPrivateKey(text: string | undefined, passphrase?: string): SigningKey {
  const signer = serverEd25519.createSigner(readSeedText(text?.trim() ?? '', passphrase));
  return { keyId: keyIdOf(signer.publicKey), publicKey: signer.publicKey, sign: (message) => signer.sign(message) };
}

function readSeedText(text: string, passphrase: string | undefined): string {
  if (text.startsWith(plainPem)) return seedOf(parsePem(text, undefined) ?? refuse('The PKCS#8 text is damaged.'));
  if (text.startsWith(encryptedPem)) {
    if (!passphrase) return refuse('The signing key is encrypted, and there is no passphrase.');
    return seedOf(parsePem(text, passphrase) ?? refuse('The passphrase does not open the signing key.'));
  }
  if (isHex(text, 64)) return text;
  return refuse(
    'No signing key: expected an Ed25519 key, as 64 lower-case hex characters or as PKCS#8 in PEM, which may be encrypted.',
  );
}

function parsePem(key: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key, format: 'pem', ...(passphrase !== undefined && { passphrase }) });
  } catch {
    return undefined;
  }
}

function seedOf(key: KeyObject): string {
  if (key.asymmetricKeyType !== 'ed25519') return refuse('The signing key is not an Ed25519 key.');
  return Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url').toString('hex');
}

function refuse(message: string): never {
  throw new AppError('CRYPTO.NO_SIGNING_KEY', 'invalid', message);
}
