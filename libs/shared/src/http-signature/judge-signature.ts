import { type Ed25519, keyIdOf } from '../crypto/portable.ts';
import type { RequestSignature } from './read-signature.ts';

/** Whether it was made within so many seconds of now, before or after: clocks differ in both directions. */
export function isCreatedWithin({ created }: RequestSignature, now: Date, windowSeconds: number): boolean {
  return Math.abs(now.getTime() / 1_000 - created) <= windowSeconds;
}

/** Whether the owner of this public key (64 hex) made it, under the strict profile of `shared/crypto`. */
export function isSignedBy(publicKey: string, { keyId, base, signature }: RequestSignature, ed25519: Ed25519): boolean {
  return keyId === keyIdOf(publicKey) && ed25519.verify(base, signature, publicKey);
}
