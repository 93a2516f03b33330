import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderIdFor, sha256, sha256Hex } from './digest.ts';
import { toHex } from './hex.ts';
import { newNonce } from './nonce.ts';
import { sha256 as portableSha256, sha256Hex as portableSha256Hex } from './sha256.ts';

describe.each([
  ['node:crypto', sha256Hex],
  ['plain JavaScript', portableSha256Hex],
])('sha256Hex on %s', (_, digest) => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('gives the digest that FIPS 180-4 gives for %.20s', (text, expected) => {
    expect(digest(text)).toBe(expected);
    expect(digest(new TextEncoder().encode(text))).toBe(expected);
  });
});

it('both implementations of sha256Hex agree, at block borders too', () => {
  for (let length = 50; length < 140; length += 1)
    expect(portableSha256Hex('x'.repeat(length))).toBe(sha256Hex('x'.repeat(length)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(portableSha256Hex(bytes)).toBe(sha256Hex(bytes));
      expect(toHex(portableSha256(bytes))).toBe(sha256Hex(bytes));
      expect(toHex(sha256(bytes))).toBe(sha256Hex(bytes));
    }),
  );
});

describe('orderIdFor', () => {
  it('is the same for the same incident and another for another', () => {
    expect(orderIdFor('01900000-0000-7000-8000-000000000000')).toBe(orderIdFor('01900000-0000-7000-8000-000000000000'));
    expect(orderIdFor('a')).toBe(sha256Hex('order:a').slice(0, 16));
    expect(orderIdFor('a')).not.toBe(orderIdFor('b'));
  });
});

describe('newNonce', () => {
  it('is 32 hex and does not come twice', () => {
    const nonces = new Set(Array.from({ length: 1_000 }, newNonce));
    expect(nonces.size).toBe(1_000);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });
});
