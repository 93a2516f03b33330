import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Tokens byte by byte, by nobody's library: good ones, and those that an attacker makes. */
export const tokenSecret = 'a secret of more than thirty-two characters';
export const tokenIssuer = 'https://issuer.test/';
export const tokenAudience = 'countersign';

export const keyPairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
export type Asymmetric = keyof typeof keyPairs;

export const jwkOf = (algorithm: Asymmetric, more: object = {}): Record<string, unknown> => ({
  ...keyPairs[algorithm].publicKey.export({ format: 'jwk' }),
  alg: algorithm,
  kid: algorithm.toLowerCase(),
  use: 'sig',
  ...more,
});
export const keySet = { keys: (Object.keys(keyPairs) as Asymmetric[]).map((algorithm) => jwkOf(algorithm)) };

const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Header and payload as they are given, objects or text, and whatever signs them. */
export function forge(header: unknown, payload: unknown, signer: (text: string) => Buffer): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${signer(text).toString('base64url')}`;
}
export const hmac =
  (key: string | Buffer, hash = 'sha256') =>
  (text: string): Buffer =>
    createHmac(hash, key).update(text).digest();

export function signedWith(key: KeyObject, algorithm: Asymmetric): (text: string) => Buffer {
  if (algorithm === 'EdDSA') return (text) => sign(null, Buffer.from(text), key);
  const padding = algorithm === 'PS256' ? { padding: 6, saltLength: 32 } : {};
  const encoding = algorithm === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : {};
  return (text) => sign('sha256', Buffer.from(text), { key, ...padding, ...encoding });
}

export const claimsOf = (more: object = {}): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1_000);
  return { sub: 'somebody', aud: tokenAudience, iss: tokenIssuer, iat: now, exp: now + 300, ...more };
};
/** A good token of the shared secret, unless something is changed about it. */
export const ownToken = (more: object = {}, header: object = {}): string =>
  forge({ alg: 'HS256', typ: 'JWT', ...header }, claimsOf({ iss: undefined, ...more }), hmac(tokenSecret));
/** A good token of the issuer with the keys. */
export const issuedToken = (algorithm: Asymmetric, more: object = {}, header: object = {}): string =>
  forge(
    { alg: algorithm, kid: algorithm.toLowerCase(), ...header },
    claimsOf(more),
    signedWith(keyPairs[algorithm].privateKey, algorithm),
  );
/** The ways in which somebody may write down a public key, for use as a secret. */
export const publicTexts = (algorithm: Asymmetric): (string | Buffer)[] => {
  const { publicKey } = keyPairs[algorithm];
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const jwk = publicKey.export({ format: 'jwk' });
  return [pem, pem.trim(), publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk), jwk.n ?? jwk.x!];
};
