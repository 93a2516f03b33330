import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Asymmetric,
  tokenAudience as audience,
  claimsOf as claims,
  forge,
  hmac,
  issuedToken,
  tokenIssuer as issuer,
  jwkOf,
  keyPairs,
  keySet,
  ownToken,
  publicTexts,
  tokenSecret as secret,
  signedWith,
} from '@countersign/shared/testing';
import { playRepository, somebody } from './played-principals.conformance.ts';
import { openTokenIssuers, type TokenIssuer, type TokenSettings } from './token-issuers.ts';
import { createVerifyToken } from './verify-token.ts';

const settings: TokenSettings = {
  JWT_SECRET: secret,
  JWT_AUDIENCE: audience,
  JWKS: JSON.stringify(keySet),
  JWKS_ISSUER: issuer,
  JWKS_ALGORITHMS: ['EdDSA', 'ES256', 'RS256', 'PS256'],
  JWKS_STALE_SECONDS: 3_600,
};
const algorithms = Object.keys(keyPairs) as Asymmetric[];
const now = () => Math.floor(Date.now() / 1_000);

let issuers: TokenIssuer[];
beforeAll(async () => {
  issuers = await openTokenIssuers(settings);
});
const verify = (token: string, by = issuers, played = playRepository()) =>
  createVerifyToken(by, played.repository)(token);
const withSettings = async (token: string, changed: Partial<TokenSettings>) =>
  verify(token, await openTokenIssuers({ ...settings, ...changed }));

describe('a token', () => {
  it.each(algorithms)('of %s stands for whom the database says', async (algorithm) => {
    const played = playRepository();
    expect(await verify(issuedToken(algorithm), issuers, played)).toMatchObject(somebody);
    expect(played.findByToken).toHaveBeenCalledWith({ issuer, subject: 'somebody', principalId: null });
  });

  it('of the shared secret may name a principal by its id; one of an issuer may not', async () => {
    expect(await verify(ownToken({ sub: somebody.id }))).toMatchObject(somebody);
    expect(await verify(issuedToken('ES256', { sub: somebody.id }))).toBeUndefined();
  });

  it('says nothing about what its bearer may do, however loudly', async () => {
    const loud = {
      kind: 'administrator',
      site_id: 'clinic-9',
      scopes: ['evidence:retain'],
      scope: 'admin',
      roles: ['*'],
    };
    const found = await verify(ownToken({ ...loud, namespace: 'other', principal: { id: 'x' } }));
    expect(found).toEqual({ ...somebody, goodMs: expect.any(Number) });
  });

  it('may use the name of RFC 9864 for Ed25519, and a type of its own', async () => {
    expect(await verify(issuedToken('EdDSA', {}, { alg: 'Ed25519', typ: 'at+jwt' }))).toMatchObject(somebody);
  });

  it('that ended a second ago is said to be expired, and nobody is asked who it was', async () => {
    const played = playRepository();
    const old = { exp: now() - 1, iat: now() - 60 };
    for (const token of [ownToken(old), issuedToken('RS256', old)]) {
      await expect(verify(token, issuers, played)).rejects.toMatchObject({ code: 'AUTH.TOKEN_EXPIRED' });
    }
    expect(played.findByToken).not.toHaveBeenCalled();
  });
});

const own = (header: object) => forge(header, claims({ iss: undefined }), hmac(secret));
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payload = b64(claims({ iss: undefined }));

/** What an attacker sends -> why anybody could have let it in. */
const hostile: [string, () => string][] = [
  ['alg none, no signature', () => `${b64({ alg: 'none' })}.${payload}.`],
  ['alg none, with a signature', () => own({ alg: 'none' })],
  ...['None', 'NONE', 'hs256', 'HS384', 'HS512', '', 'RSA', 'HS256 '].map((alg): [string, () => string] => [
    `alg ${alg}`,
    () => own({ alg }),
  ]),
  ['no alg', () => own({ typ: 'JWT' })],
  ['alg that is a list', () => own({ alg: ['HS256'] })],
  ['HS512 by its name, with the right secret', () => forge({ alg: 'HS512' }, claims(), hmac(secret, 'sha512'))],
  ['another secret', () => forge({ alg: 'HS256' }, claims(), hmac(`${secret}.`))],
  ['an empty secret', () => forge({ alg: 'HS256' }, claims(), hmac(''))],
  ['a cut signature', () => ownToken().slice(0, -2)],
  ['no signature', () => ownToken().replace(/[^.]+$/, '')],
  ['a payload that was changed', () => ownToken().replace(/\.[^.]+\./, `.${b64(claims({ sub: 'admin' }))}.`)],
  ['a signature written in another way', () => `${ownToken()}=`],
  ['crit', () => own({ alg: 'HS256', crit: ['exp'] })],
  ['crit with an unknown name', () => own({ alg: 'HS256', crit: ['x'], x: 1 })],
  ['b64 false', () => own({ alg: 'HS256', b64: false })],
  ['its own key', () => own({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } })],
  ['a key by URL', () => own({ alg: 'HS256', jku: 'http://127.0.0.1:1/' })],
  ['a certificate by URL', () => own({ alg: 'HS256', x5u: 'http://127.0.0.1:1/' })],
  ['a certificate', () => own({ alg: 'HS256', x5c: ['AA'] })],
  ['a nested token', () => own({ alg: 'HS256', cty: 'JWT' })],
  ['a type that is no token', () => own({ alg: 'HS256', typ: 'dpop+jwt' })],
  ['an alg that stands twice', () => forge('{"alg":"none","alg":"HS256"}', claims(), hmac(secret))],
  ['a subject that stands twice', () => forge({ alg: 'HS256' }, twice('"sub":"other"'), hmac(secret))],
  ['an end that stands twice', () => forge({ alg: 'HS256' }, twice(`"exp":${now() - 9}`), hmac(secret))],
  ['a payload that is a list', () => forge({ alg: 'HS256' }, [claims()], hmac(secret))],
  ['a payload that is no JSON', () => forge({ alg: 'HS256' }, '{', hmac(secret))],
  ['a payload with a NUL in its subject', () => ownToken({ sub: 'some\u0000body' })],
  ['a payload with __proto__', () => forge({ alg: 'HS256' }, twice('"__proto__":{"sub":"x"}'), hmac(secret))],
  ['no header', () => `.${payload}.${payload}`],
  ['a header that is null', () => forge('null', claims(), hmac(secret))],
  ['an unknown subject', () => ownToken({ sub: 'nobody' })],
  ['no subject', () => ownToken({ sub: undefined })],
  ['another audience', () => ownToken({ aud: 'elsewhere' })],
  ['a time to come', () => ownToken({ nbf: now() + 60 })],
  ...['../../../../dev/null', '/etc/passwd', "' or 1=1 --", 'rs256', '__proto__'].map((kid): [string, () => string] => [
    `kid ${kid} and an empty secret`,
    () => forge({ alg: 'HS256', kid }, claims(), hmac('')),
  ]),
];
const twice = (member: string) => `{${member},${JSON.stringify(claims({ iss: undefined })).slice(1)}`;

const hostileToIssuer: [string, () => string][] = [
  ...algorithms.flatMap((algorithm) =>
    publicTexts(algorithm).map((text, index): [string, () => string] => [
      `HS256 with the public key of ${algorithm} as the secret, written in way ${index}`,
      () => forge({ alg: 'HS256', kid: algorithm.toLowerCase() }, claims(), hmac(text)),
    ]),
  ),
  ...algorithms.map((algorithm): [string, () => string] => [
    `${algorithm} by a key of somebody else, under the name of a known one`,
    () =>
      forge({ alg: algorithm, kid: algorithm.toLowerCase() }, claims(), signedWith(strangers[algorithm], algorithm)),
  ]),
  ['RS256 with the key that is for PS256', () => crossed('RS256', 'PS256')],
  ['PS256 with the key that is for RS256', () => crossed('PS256', 'RS256')],
  ['an unknown kid', () => issuedToken('ES256', {}, { kid: 'x' })],
  ['a kid that is a path', () => issuedToken('ES256', {}, { kid: '../es256' })],
  ['a kid that is a list', () => issuedToken('ES256', {}, { kid: ['es256'] })],
  ['a kid of 256 characters', () => issuedToken('ES256', {}, { kid: 'x'.repeat(256) })],
  ['another issuer', () => issuedToken('ES256', { iss: 'https://issuer.test' })],
  ['no issuer', () => issuedToken('ES256', { iss: undefined })],
  ['the shared secret', () => forge({ alg: 'ES256', kid: 'es256' }, claims(), hmac(secret))],
  ['a signature of zeros (CVE-2022-21449)', () => forge({ alg: 'ES256' }, claims(), () => Buffer.alloc(64))],
  ['a signature in DER', () => forge({ alg: 'ES256' }, claims(), () => Buffer.from('3006020101020101', 'hex'))],
];
const strangers = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  PS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};
const crossed = (alg: Asymmetric, of: Asymmetric) =>
  forge({ alg, kid: of.toLowerCase() }, claims(), signedWith(keyPairs[of].privateKey, alg));

describe('nobody is let in by a token with', () => {
  it.each([...hostile, ...hostileToIssuer])('%s', async (_what, make) => {
    expect(await verify(make())).toBeUndefined();
  });
});

describe('what verifies a token is decided by the settings', () => {
  it('where there is no secret, no token of HS256 is good, not even of an empty one', async () => {
    for (const token of [ownToken(), forge({ alg: 'HS256' }, claims(), hmac(''))]) {
      expect(await withSettings(token, { JWT_SECRET: undefined })).toBeUndefined();
    }
  });

  it('where there are no keys of an issuer, none of its tokens is', async () => {
    expect(await withSettings(issuedToken('RS256'), { JWKS: undefined, JWKS_ISSUER: undefined })).toBeUndefined();
  });

  it('an algorithm that is not named verifies nothing, though there is a key for it', async () => {
    expect(await withSettings(issuedToken('RS256'), { JWKS_ALGORITHMS: ['ES256'] })).toBeUndefined();
    expect(await withSettings(issuedToken('ES256'), { JWKS_ALGORITHMS: ['ES256'] })).toMatchObject(somebody);
  });

  it('a token of yesterday is worth nothing after the secret was changed', async () => {
    expect(await withSettings(ownToken(), { JWT_SECRET: `${secret}!` })).toBeUndefined();
  });

  it('an issuer that is named must be named by a token of the shared secret too', async () => {
    expect(await withSettings(ownToken(), { JWT_ISSUER: 'us' })).toBeUndefined();
    expect(await withSettings(ownToken({ iss: 'us' }), { JWT_ISSUER: 'us' })).toMatchObject(somebody);
  });

  it.each([
    ['a secret', { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'es256', alg: 'HS256' }],
    ['a key for encryption', jwkOf('ES256', { use: 'enc' })],
    ['a key that may not verify', jwkOf('ES256', { key_ops: ['sign'] })],
    ['a key that says another algorithm', jwkOf('ES256', { alg: 'ES384' })],
    ['an RSA key that does not say what it is for', jwkOf('RS256', { alg: undefined })],
    ['a point that is on no curve', jwkOf('ES256', { x: Buffer.alloc(32, 1).toString('base64url') })],
    ['an RSA key of 1,024 bits', { ...smallKey(), alg: 'RS256', kid: 'small' }],
  ])('%s is no key: a set of it alone stops the start', async (_what, jwk) => {
    await expect(openTokenIssuers({ ...settings, JWKS: JSON.stringify({ keys: [jwk] }) })).rejects.toThrow('JWKS');
  });

  it.each(['', 'x', '[]', '{}', '{"keys":{}}', '{"keys":[null]}'])('%j is no key set', async (text) => {
    await expect(openTokenIssuers({ ...settings, JWKS: text })).rejects.toThrow();
  });

  it('two keys of one name are none, for a token can mean only one', async () => {
    const keys = [jwkOf('ES256'), { ...jwkOf('ES256'), ...strangerJwk() }];
    expect(await withSettings(issuedToken('ES256'), { JWKS: JSON.stringify({ keys }) })).toBeUndefined();
  });
});

function smallKey(): object {
  return generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' });
}
function strangerJwk(): object {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
}
