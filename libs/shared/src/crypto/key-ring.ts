import { assertAcceptablePublicKey } from './ed25519-profile.ts';
import { openPrivateKey } from './private-key.ts';

export interface KeyRingSettings {
  /** Text of the signing key, in one of the forms of `openPrivateKey`. */
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
 * A key ring of fixed keys. Throws AppError `CRYPTO.NO_SIGNING_KEY` (invalid) when there is no usable key, and
 * `CRYPTO.UNACCEPTABLE_PUBLIC_KEY` for a bad previous key: no key, no start; there is no placeholder signature.
 */
export function openKeyRing(settings: KeyRingSettings): KeyRing {
  const key = openPrivateKey(settings.signingSeed);
  const { keyId, publicKey } = key;
  const previous = settings.previousPublicKey?.trim();
  if (previous !== undefined) assertAcceptablePublicKey(previous);
  const publicKeys = previous === undefined || previous === publicKey ? [publicKey] : [publicKey, previous];
  return { keyId, publicKey, publicKeys, sign: (text) => key.sign(text) };
}
