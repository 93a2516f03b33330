import type { Bytes } from './bytes.ts';
import { demand } from './refusal.ts';

/** RFC 8032. */
export async function verifyEd25519(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  demand(publicKey.length === 32, 'an Ed25519 key has 32 bytes');
  if (signature.length !== 64) return false;
  const key = await globalThis.crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return globalThis.crypto.subtle.verify('Ed25519', key, signature, message);
}
