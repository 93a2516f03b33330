import { AppError } from '../kernel/index.ts';
import { assertAcceptablePublicKey } from './ed25519-profile.ts';
import { isHex } from './hex.ts';
import { keyIdOf } from './key-id.ts';
import { nodeEd25519 } from './node-ed25519.ts';

export interface KeyRingSettings {
  /** Text of the signing key's file: the Ed25519 seed, 64 hex. White space around it is ignored. */
  signingSeed: string | undefined;
  /** Text of the previous PUBLIC key, 64 hex, while a rotation is under way. */
  previousPublicKey?: string | undefined;
}

/** The key that signs now, and the public keys that appliances must hold: the current one and the one before it. */
export interface KeyRing {
  /** First 16 hex of the SHA-256 of the raw public key. */
  readonly keyId: string;
  /** 64 hex. */
  readonly publicKey: string;
  /** `[current]` or `[current, previous]`. */
  readonly publicKeys: readonly string[];
  /** Ed25519 over the UTF-8 of the text: 128 hex, about 50 us. */
  sign(text: string): string;
}

/**
 * Opens the key ring. Throws AppError `CRYPTO.NO_SIGNING_KEY` (invalid) when there is no usable seed, and
 * `CRYPTO.UNACCEPTABLE_PUBLIC_KEY` for a bad previous key: no key, no start; there is no placeholder signature.
 */
export function openKeyRing(settings: KeyRingSettings): KeyRing {
  const seed = settings.signingSeed?.trim();
  if (!isHex(seed, 64)) {
    throw new AppError(
      'CRYPTO.NO_SIGNING_KEY',
      'invalid',
      'No signing key: expected an Ed25519 seed of 64 lower-case hex characters.',
    );
  }
  const signer = nodeEd25519.createSigner(seed);
  const publicKey = signer.publicKey;
  const previous = settings.previousPublicKey?.trim();
  if (previous !== undefined) assertAcceptablePublicKey(previous);
  const publicKeys = previous === undefined || previous === publicKey ? [publicKey] : [publicKey, previous];
  return { keyId: keyIdOf(publicKey), publicKey, publicKeys, sign: (text) => signer.sign(text) };
}
