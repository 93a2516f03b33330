import { toHex } from './hex.ts';

/** 16 random bytes as 32 hex, from the platform's WebCrypto. */
export const newNonce = (): string => toHex(globalThis.crypto.getRandomValues(new Uint8Array(16)));
