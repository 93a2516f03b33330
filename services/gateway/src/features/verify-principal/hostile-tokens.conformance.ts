import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { vi } from 'vitest';
import type { Principal } from '@countersign/shared/contracts';
import type { FoundPrincipal, PrincipalRepository, TokenSubject } from '../../persistence/principal.repository.ts';

/** Tokens as an attacker makes them: byte by byte, by nobody's library. */
export const secret = 'a secret of more than thirty-two characters';
export const issuer = 'https://issuer.test/';
export const audience = 'countersign';

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

export const claims = (more: object = {}): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1_000);
  return { sub: 'somebody', aud: audience, iss: issuer, iat: now, exp: now + 300, ...more };
};
/** A good token of the shared secret, unless something is changed about it. */
export const ownToken = (more: object = {}, header: object = {}): string =>
  forge({ alg: 'HS256', typ: 'JWT', ...header }, claims({ iss: undefined, ...more }), hmac(secret));
/** A good token of the issuer with the keys. */
export const issuedToken = (algorithm: Asymmetric, more: object = {}, header: object = {}): string =>
  forge(
    { alg: algorithm, kid: algorithm.toLowerCase(), ...header },
    claims(more),
    signedWith(keyPairs[algorithm].privateKey, algorithm),
  );
/** The ways in which somebody may write down a public key, for use as a secret. */
export const publicTexts = (algorithm: Asymmetric): (string | Buffer)[] => {
  const { publicKey } = keyPairs[algorithm];
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const jwk = publicKey.export({ format: 'jwk' });
  return [pem, pem.trim(), publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk), jwk.n ?? jwk.x!];
};

/** Whoever the database knows by a token. */
export const somebody: Principal = {
  id: '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10',
  kind: 'auditor',
  name: 'somebody',
  siteId: null,
  namespace: 'clinic',
  scopes: ['stats:read'],
  hostId: null,
  epoch: null,
  publicKey: null,
  policy: null,
};

/** A database in which one subject is known; `tell` is its news. */
export function playRepository() {
  const listeners: ((changed: string | undefined) => void)[] = [];
  const state = { listening: true };
  const findByToken = vi.fn(async ({ subject, principalId }: TokenSubject): Promise<FoundPrincipal | undefined> =>
    subject === 'somebody' || principalId === somebody.id ? somebody : undefined,
  );
  const findByKeyDigest = vi.fn(async (_digest: string): Promise<FoundPrincipal | undefined> => undefined);
  const repository = {
    findByToken,
    findByKeyDigest,
    isListening: () => state.listening,
    onKeyChange: (listener: (changed: string | undefined) => void) => void listeners.push(listener),
  } as unknown as PrincipalRepository;
  const tell = (changed: string | undefined) => {
    for (const listener of listeners) listener(changed);
  };
  return { repository, findByToken, findByKeyDigest, state, tell };
}
