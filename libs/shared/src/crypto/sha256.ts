import { toHex } from './hex.ts';

const encoder = new TextEncoder();

/** The first 32 bits of the fractional part of a root: square roots give the start, cube roots the constants. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;
const primes = Array.from({ length: 311 }, (_, n) => n + 2).filter((n) =>
  Array.from({ length: n - 2 }, (_, k) => k + 2).every((k) => n % k !== 0),
);
const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/**
 * SHA-256 (FIPS 180-4) of bytes, as 32 bytes, in plain JavaScript: WebCrypto only has an asynchronous one, and
 * tweetnacl none. For short inputs where node:crypto is not at hand; a service uses `sha256` of the room's main door.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = Int32Array.from(initial);
  for (let at = 0; at < padded.length; at += 64) compress(state, view, at);
  const digest = new Uint8Array(32);
  state.forEach((word, index) => new DataView(digest.buffer).setInt32(index * 4, word));
  return digest;
}

/** The same of the UTF-8 of a text, or of bytes, as 64 hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return toHex(sha256(typeof data === 'string' ? encoder.encode(data) : data));
}

function compress(state: Int32Array, view: DataView, at: number): void {
  const words = new Int32Array(64);
  for (let t = 0; t < 64; t += 1) {
    if (t < 16) {
      words[t] = view.getInt32(at + t * 4);
      continue;
    }
    const w15 = words[t - 15]!;
    const w2 = words[t - 2]!;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[t] = words[t - 16]! + s0 + words[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[t]! + words[t]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = state[index]! + word));
}
