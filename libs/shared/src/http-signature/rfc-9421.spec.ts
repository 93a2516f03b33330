import { describe, expect, it } from 'vitest';
import { fromHex, naclEd25519, nodeEd25519 } from '../crypto/index.ts';
import { decodeBase64, encodeBase64 } from '../ledger/index.ts';
import { contentDigestOf, signatureBase } from './index.ts';

/** RFC 9421, appendix B.1.4 and B.2.6. */
const seed = Buffer.from('n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=', 'base64').toString('hex');
const publicKey = Buffer.from('JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=', 'base64').toString('hex');
const covered = [
  { name: 'date', value: 'Tue, 20 Apr 2021 02:07:55 GMT' },
  { name: '@method', value: 'POST' },
  { name: '@path', value: '/foo' },
  { name: '@authority', value: 'example.com' },
  { name: 'content-type', value: 'application/json' },
  { name: 'content-length', value: '18' },
];
const parameters =
  '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
const published = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';

describe('RFC 9421, B.2.6', () => {
  it.each([
    ['node:crypto', nodeEd25519],
    ['tweetnacl', naclEd25519],
  ])('is signed and verified by %s as it is published', (_, ed25519) => {
    const base = signatureBase(covered, parameters);
    expect(ed25519.publicKeyOf(seed)).toBe(publicKey);
    expect(encodeBase64(fromHex(ed25519.sign(base, seed)))).toBe(published);
    expect(ed25519.verify(base, Buffer.from(decodeBase64(published)!).toString('hex'), publicKey)).toBe(true);
  });
});

describe('RFC 9530', () => {
  it('has the digest of {"hello": "world"} and of nothing', () => {
    expect(contentDigestOf('{"hello": "world"}')).toBe('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:');
    expect(contentDigestOf('')).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:');
  });
});
