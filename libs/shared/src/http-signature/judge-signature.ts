import { type Ed25519, keyIdOf } from '../crypto/portable.ts';
import type { RequestSignature } from './read-signature.ts';

/** Whether it was made within so many seconds of now, before or after: clocks differ in both directions. */
export function isCreatedWithin({ created }: RequestSignature, now: Date, windowSeconds: number): boolean {
  return Math.abs(now.getTime() / 1_000 - created) <= windowSeconds;
}

/** Ids of the keys that signed last: an id costs a hash in plain JavaScript, and an appliance has one key. */
const keyIds = new Map<string, string>();
const mostKeyIds = 20_000;

function idOf(publicKey: string): string {
  let id = keyIds.get(publicKey);
  if (id === undefined) {
    id = keyIdOf(publicKey);
    if (keyIds.size >= mostKeyIds) keyIds.delete(keyIds.keys().next().value!);
    keyIds.set(publicKey, id);
  }
  return id;
}

/** Whether the owner of this public key (64 hex) made it, under the strict profile of `shared/crypto`. */
export function isSignedBy(publicKey: string, { keyId, base, signature }: RequestSignature, ed25519: Ed25519): boolean {
  return keyId === idOf(publicKey) && ed25519.verify(base, signature, publicKey);
}
