import { AppError } from '../kernel/index.ts';
import { fromHex, isHex } from './hex.ts';

/** The 32 bytes of a seed, or AppError `CRYPTO.BAD_SEED`. The error never carries the text: it may be a secret. */
export function readSeed(seedHex: string): Uint8Array {
  if (!isHex(seedHex, 64))
    throw new AppError('CRYPTO.BAD_SEED', 'invalid', 'An Ed25519 seed is 64 lower-case hex characters.');
  return fromHex(seedHex);
}
