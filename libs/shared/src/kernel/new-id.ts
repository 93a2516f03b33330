const pool = new Uint8Array(4096);
let used = pool.length;
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A UUID version 7 (RFC 9562, section 5.7): the first 48 bits are the milliseconds of the clock, so that an index
 * over them grows at its right edge. Random bytes come from a pool: one call for 256 ids. Runs in any JavaScript
 * engine that has WebCrypto.
 */
export function newId(now: number = Date.now()): string {
  if (used + 16 > pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const random = (index: number) => pool[used + index]!;
  const millis = now.toString(16).padStart(12, '0');
  const version = hexOf[(random(0) & 0x0f) | 0x70]! + hexOf[random(1)]!;
  const variant = hexOf[(random(2) & 0x3f) | 0x80]! + hexOf[random(3)]!;
  let node = '';
  for (let index = 4; index < 10; index += 1) node += hexOf[random(index)]!;
  used += 16;
  return `${millis.slice(0, 8)}-${millis.slice(8)}-${version}-${variant}-${node}`;
}
