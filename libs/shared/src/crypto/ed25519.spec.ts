import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import * as sodium from 'sodium-native';
import nacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { assertAcceptablePublicKey, isWithinProfile } from './ed25519-profile.ts';
import { fromHex, toHex } from './hex.ts';
import { naclEd25519 } from './nacl-ed25519.ts';
import { nodeEd25519 } from './node-ed25519.ts';
import { serverEd25519 } from './server-ed25519.ts';
import { createSodiumEd25519 } from './sodium-ed25519.ts';

interface Vector {
  name: string;
  seed: string;
  publicKey: string;
  message: string;
  signature: string;
  accepted: boolean;
}
const vectors = JSON.parse(readFileSync(new URL('./vectors/ed25519.json', import.meta.url), 'utf8')) as Record<
  'valid' | 'speccheck' | 'refused' | 'smallOrderKeys',
  Vector[]
>;

const sodiumEd25519 = createSodiumEd25519(sodium);

describe.each([
  ['libsodium', sodiumEd25519],
  ['node:crypto', nodeEd25519],
  ['tweetnacl', naclEd25519],
])('Ed25519 on %s', (_, ed25519) => {
  it.each(vectors.valid)('signs and verifies $name', ({ seed, publicKey, message, signature }) => {
    expect(ed25519.publicKeyOf(seed)).toBe(publicKey);
    expect(ed25519.sign(fromHex(message), seed)).toBe(signature);
    expect(ed25519.verify(fromHex(message), signature, publicKey)).toBe(true);
    expect(ed25519.isAcceptablePublicKey(publicKey)).toBe(true);
  });

  it.each(vectors.speccheck)('speccheck: $name → $accepted', ({ publicKey, message, signature, accepted }) => {
    expect(ed25519.verify(fromHex(message), signature, publicKey)).toBe(accepted);
  });

  it.each(vectors.refused)('refuses: $name', ({ publicKey, message, signature }) => {
    expect(ed25519.verify(fromHex(message), signature, publicKey)).toBe(false);
  });

  it.each(vectors.smallOrderKeys)('refuses to enrol or to trust a key of small order: $name', ({ publicKey }) => {
    expect(ed25519.isAcceptablePublicKey(publicKey)).toBe(false);
    expect(ed25519.verify('anything', `01${'00'.repeat(63)}`, publicKey)).toBe(false);
    expect(ed25519.verify('anything', publicKey + '00'.repeat(32), publicKey)).toBe(false);
  });

  it('does not throw on what is not even text', () => {
    expect(ed25519.verify('x', undefined as never, null as never)).toBe(false);
    expect(ed25519.verify('x', 5 as never, {} as never)).toBe(false);
  });

  it('signs the UTF-8 of a text', () => {
    const { seed, publicKey } = vectors.valid[0]!;
    const signature = ed25519.sign('é\u{1f511}', seed);
    expect(ed25519.verify(fromHex('c3a9f09f9491'), signature, publicKey)).toBe(true);
  });

  it.each(['', 'ab', 'AB'.repeat(32), 'zz'.repeat(32), '00'.repeat(33)])(
    'refuses the seed %j without repeating it',
    (seed) => {
      expect(() => ed25519.createSigner(seed)).toThrow(
        expect.objectContaining({ code: 'CRYPTO.BAD_SEED', kind: 'invalid' }),
      );
    },
  );
});

describe('what the services use', () => {
  it('is libsodium, not what stands in for it where the package has no binary', () => {
    expect(serverEd25519).not.toBe(nodeEd25519);
  });
});

describe('all implementations', () => {
  it('make the same bytes and judge flipped bits alike', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 200 }), fc.nat(511), (seedBytes, message, bit) => {
        const seed = toHex(seedBytes);
        const publicKey = nodeEd25519.publicKeyOf(seed);
        const signature = nodeEd25519.sign(message, seed);
        for (const other of [naclEd25519, sodiumEd25519]) {
          expect(other.sign(message, seed)).toBe(signature);
          expect(other.publicKeyOf(seed)).toBe(publicKey);
        }
        const flipped = fromHex(signature);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        for (const ed25519 of [nodeEd25519, naclEd25519, sodiumEd25519]) {
          expect(ed25519.verify(message, signature, publicKey)).toBe(true);
          expect(ed25519.verify(message, toHex(flipped), publicKey)).toBe(false);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('take S up to L - 1', () => {
    const { signature, publicKey } = vectors.valid[0]!;
    const order = 'd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';
    expect(isWithinProfile(`${signature.slice(0, 64)}ec${order}`, publicKey)).toBe(true);
    expect(isWithinProfile(`${signature.slice(0, 64)}ed${order}`, publicKey)).toBe(false);
  });

  it('need the profile: tweetnacl alone takes the signature whose S was replaced by S + L', () => {
    const { message, signature, publicKey } = vectors.refused[0]!;
    expect(nacl.sign.detached.verify(fromHex(message), fromHex(signature), fromHex(publicKey))).toBe(true);
  });
});

describe('assertAcceptablePublicKey', () => {
  it.each([
    ...vectors.smallOrderKeys.map(({ publicKey }) => publicKey),
    `02${'00'.repeat(31)}`,
    `f0${'ff'.repeat(30)}7f`,
    vectors.valid[0]!.publicKey.toUpperCase(),
    vectors.valid[0]!.publicKey.slice(2),
    undefined,
    7,
  ])('refuses %j', (key) => {
    expect(() => assertAcceptablePublicKey(key)).toThrow(
      expect.objectContaining({ code: 'CRYPTO.UNACCEPTABLE_PUBLIC_KEY', kind: 'unprocessable' }),
    );
  });

  it('accepts whatever key tweetnacl makes', () => {
    for (let n = 0; n < 20; n += 1) {
      const key = toHex(nacl.sign.keyPair().publicKey);
      expect(() => assertAcceptablePublicKey(key)).not.toThrow();
    }
  });
});
