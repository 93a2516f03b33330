import { describe, expect, it } from 'vitest';
import { sha256Hex } from './digest.ts';
import { fromHex } from './hex.ts';
import { naclEd25519 } from './nacl-ed25519.ts';
import { openKeyRing } from './key-ring.ts';

const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const previous = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';

describe('openKeyRing', () => {
  it('signs with the seed and names the key by the digest of its raw bytes', () => {
    const ring = openKeyRing({ signingSeed: `${seed}\n` });
    expect(ring.publicKey).toBe(publicKey);
    expect(ring.publicKeys).toEqual([publicKey]);
    expect(ring.keyId).toBe(sha256Hex(fromHex(publicKey)).slice(0, 16));
    expect(naclEd25519.verify('text', ring.sign('text'), publicKey)).toBe(true);
  });

  it('shows the current key first and the previous one after it', () => {
    expect(openKeyRing({ signingSeed: seed, previousPublicKey: ` ${previous}\n` }).publicKeys).toEqual([
      publicKey,
      previous,
    ]);
    expect(openKeyRing({ signingSeed: seed, previousPublicKey: publicKey }).publicKeys).toEqual([publicKey]);
  });

  it.each([undefined, '', ' \n', 'changeme', seed.slice(1), seed.toUpperCase(), `${seed}${seed}`])(
    'refuses to open without a usable seed (%j): no placeholder signature',
    (signingSeed) => {
      expect(() => openKeyRing({ signingSeed })).toThrow(expect.objectContaining({ code: 'CRYPTO.NO_SIGNING_KEY' }));
    },
  );

  it('does not repeat a bad seed in its error', () => {
    const secret = `${seed.slice(1)}x`;
    expect(() => openKeyRing({ signingSeed: secret })).toThrow(
      expect.toSatisfy((error: Error) => !`${JSON.stringify(error)}${error.stack}`.includes(secret.slice(0, 20))),
    );
  });

  it('refuses a previous key that no signature should be believed under', () => {
    for (const previousPublicKey of ['', '00'.repeat(32), previous.toUpperCase()]) {
      expect(() => openKeyRing({ signingSeed: seed, previousPublicKey })).toThrow(
        expect.objectContaining({ code: 'CRYPTO.UNACCEPTABLE_PUBLIC_KEY' }),
      );
    }
  });

  it('keeps the seed out of what a log may print', () => {
    expect(JSON.stringify(openKeyRing({ signingSeed: seed }))).not.toContain(seed);
  });
});
