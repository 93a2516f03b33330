import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { naclEd25519 } from './nacl-ed25519.ts';
import { openPrivateKey } from './private-key.ts';

// RFC 8410, section 10.3: the example key, and RFC 8032, section 7.1, test 1.
const rfc8410 =
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----';
const rfc8410Public = '19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1';
const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const seedPublic = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

const encrypted = (type: 'ed25519' | 'x25519', passphrase: string): string =>
  generateKeyPairSync(type as 'ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase,
  }) as string;

function refusalOf(text: string | undefined, passphrase?: string): { code: string; shown: string } {
  try {
    openPrivateKey(text, passphrase);
  } catch (error) {
    const { code, message, stack, cause } = error as Error & { code: string };
    return { code, shown: `${message} ${stack} ${JSON.stringify(error)} ${String(cause)}` };
  }
  throw new Error('it was opened');
}

describe('openPrivateKey', () => {
  it('takes a seed, and PKCS#8 in PEM, with white space around it', () => {
    expect(openPrivateKey(` ${seed}\n`).publicKey).toBe(seedPublic);
    const key = openPrivateKey(`\n${rfc8410}\n\n`);
    expect(key.publicKey).toBe(rfc8410Public);
    expect(naclEd25519.verify('text', key.sign('text'), rfc8410Public)).toBe(true);
  });

  it('takes encrypted PKCS#8 with its passphrase only', () => {
    const pem = encrypted('ed25519', 'correct horse');
    expect(openPrivateKey(pem, 'correct horse').publicKey).toMatch(/^[0-9a-f]{64}$/);
    for (const wrong of [undefined, '', 'wrong horse', 'correct horse ']) {
      const { code, shown } = refusalOf(pem, wrong);
      expect(code).toBe('CRYPTO.NO_SIGNING_KEY');
      expect(shown).toContain('passphrase');
      expect(shown).not.toContain('horse');
      expect(shown).not.toContain(pem.split('\n')[1]);
    }
  });

  it.each([undefined, '', ' \n', 'changeme', seed.slice(1), seed.toUpperCase(), `${seed}${seed}`])(
    'refuses %j: no key, no start',
    (text) => expect(refusalOf(text).code).toBe('CRYPTO.NO_SIGNING_KEY'),
  );

  it('refuses a damaged PEM, another kind of key and a public one, and shows none of them', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const texts = [
      rfc8410.replace('MC4CAQAw', 'MC4CAQAx'),
      rfc8410.slice(0, 60),
      encrypted('x25519', 'p'),
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string,
    ];
    for (const text of texts) {
      const { code, shown } = refusalOf(text, 'p');
      expect(code).toBe('CRYPTO.NO_SIGNING_KEY');
      expect(shown).not.toContain(text.split('\n')[1]!.slice(0, 20));
    }
  });

  it('keeps the private half out of what a log may print', () => {
    const shown = JSON.stringify(openPrivateKey(seed)) + String(Object.values(openPrivateKey(seed)));
    expect(shown).not.toContain(seed);
  });
});
