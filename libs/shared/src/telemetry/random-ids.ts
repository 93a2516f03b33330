import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafe(8192);
let used = pool.length;

/** Lower-case hex of random bytes, from a pool: one system call for hundreds of ids. Never all zero. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /[1-9a-f]/.test(hex) ? hex : randomHex(bytes);
}

/** 32 hex characters. */
export const newTraceId = (): string => randomHex(16);

/** 16 hex characters. */
export const newSpanId = (): string => randomHex(8);
