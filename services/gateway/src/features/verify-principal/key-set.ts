import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { TokenHeader } from './read-token-header.ts';

/** A public key of an issuer. What it verifies is decided here, by what it is, and not by a token. */
export interface IssuerKey {
  kid: string | undefined;
  /** Names that a token may use for its algorithm. */
  algorithms: readonly string[];
  key: CryptoKey;
}

const mostKeys = 100;
const fewestRsaBits = 2_048;
/** A key carries no secret, and no secret is a key: the members that are taken over, by kind. */
const publicMembers: Record<string, readonly (keyof JWK)[]> = {
  OKP: ['kty', 'crv', 'x'],
  EC: ['kty', 'crv', 'x', 'y'],
  RSA: ['kty', 'n', 'e'],
};

/**
 * The keys of a JSON Web Key Set (RFC 7517) that can verify by one of `wanted`; others, secrets among them, are left
 * out. An empty set is one: its issuer has withdrawn all keys. Throws when it is no key set.
 */
export async function readKeySet(document: unknown, wanted: ReadonlySet<string>): Promise<IssuerKey[]> {
  const keys = (document as { keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(keys) || keys.length > mostKeys) throw new Error('This is no JSON Web Key Set.');
  const read = await Promise.all(keys.map((jwk: unknown) => readKey(jwk, wanted)));
  return read.filter((key) => key !== undefined);
}

/** The one key that a token can mean; undefined when there is none, or more than one. */
export function pickKey(keys: readonly IssuerKey[], { alg, kid }: TokenHeader): CryptoKey | undefined {
  const fitting = keys.filter((key) => key.algorithms.includes(alg) && (kid === undefined || key.kid === kid));
  return fitting.length === 1 ? fitting[0]!.key : undefined;
}

async function readKey(value: unknown, wanted: ReadonlySet<string>): Promise<IssuerKey | undefined> {
  if (typeof value !== 'object' || value === null) return undefined;
  const jwk = value as JWK;
  const algorithm = algorithmOf(jwk);
  const mayVerify = (jwk.use ?? 'sig') === 'sig' && (jwk.key_ops?.includes('verify') ?? true);
  if (algorithm === undefined || !wanted.has(algorithm) || !mayVerify) return undefined;
  try {
    const members = publicMembers[jwk.kty!]!.map((name) => [name, jwk[name]] as const);
    const key = (await importJWK(Object.fromEntries(members) as JWK, algorithm)) as CryptoKey;
    const { modulusLength = fewestRsaBits } = key.algorithm as { modulusLength?: number };
    if (modulusLength < fewestRsaBits) return undefined;
    const kid = typeof jwk.kid === 'string' ? jwk.kid : undefined;
    // RFC 9864 calls EdDSA over Ed25519 by a name of its own.
    return { kid, algorithms: algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm], key };
  } catch {
    return undefined;
  }
}

/** The one algorithm of a key. An RSA key must say which of its two it is for, as RFC 8725 section 3.1 wants it. */
function algorithmOf({ kty, crv, alg }: JWK): string | undefined {
  const says = (...names: string[]): boolean => alg === undefined || names.includes(alg);
  if (kty === 'OKP' && crv === 'Ed25519' && says('EdDSA', 'Ed25519')) return 'EdDSA';
  if (kty === 'EC' && crv === 'P-256' && says('ES256')) return 'ES256';
  return kty === 'RSA' && (alg === 'RS256' || alg === 'PS256') ? alg : undefined;
}
