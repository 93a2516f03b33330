import { type Bytes, joinBytes } from './bytes.ts';

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', joinBytes(...parts)));
}

/** RFC 6962 section 2.1: the hash of a tree without leaves. */
export const emptyRoot = (): Promise<Bytes> => sha256();

/** RFC 6962 section 2.1. */
export const leafHash = (entry: Uint8Array): Promise<Bytes> => sha256(Uint8Array.of(0), entry);

/** RFC 6962 section 2.1. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);
