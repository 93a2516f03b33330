import { fromHex } from './hex.ts';
import { sha256Hex } from './sha256.ts';

/** The id of a public key (64 hex): the first 16 hex of the SHA-256 of its 32 raw bytes. */
export const keyIdOf = (publicKeyHex: string): string => sha256Hex(fromHex(publicKeyHex)).slice(0, 16);
