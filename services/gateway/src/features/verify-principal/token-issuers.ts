import { createSecretKey, type KeyObject } from 'node:crypto';
import type { CryptoKey } from 'jose';
import type { TokenRules } from '../../domain/token-claims.ts';
import type { GatewaySettings } from '../../gateway.config.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import { pickKey, readKeySet } from './key-set.ts';
import { readObject, type TokenHeader } from './read-token-header.ts';
import { createRemoteKeys } from './remote-keys.ts';

/** Whose tokens are taken, and what each must say. */
export interface TokenIssuer {
  /** What a token's header may name. No two issuers share one, so a header cannot choose between keys of two kinds. */
  algorithms: ReadonlySet<string>;
  rules: TokenRules;
  /** Under which its subjects are linked to principals; null: no links. */
  issuer: string | null;
  /** Whether a subject may be the id of a principal: only where nobody but us makes the tokens. */
  namesPrincipals: boolean;
  findKey(header: TokenHeader): Promise<CryptoKey | KeyObject | undefined> | KeyObject;
}

export type TokenSettings = Pick<
  GatewaySettings,
  | 'JWT_SECRET'
  | 'JWT_AUDIENCE'
  | 'JWT_ISSUER'
  | 'JWKS'
  | 'JWKS_URL'
  | 'JWKS_ISSUER'
  | 'JWKS_ALGORITHMS'
  | 'JWKS_STALE_SECONDS'
>;

const fetchTimeoutMs = 5_000;

/** The issuers that the settings name. Throws when `JWKS` holds no key that could verify anything. */
export async function openTokenIssuers(
  settings: TokenSettings,
  onFailure?: (error: unknown) => void,
): Promise<TokenIssuer[]> {
  const { JWT_SECRET, JWT_AUDIENCE: audience, JWT_ISSUER, JWKS_ISSUER } = settings;
  const issuers: TokenIssuer[] = [];
  if (JWT_SECRET !== undefined) {
    const secret = createSecretKey(JWT_SECRET, 'utf8');
    issuers.push({
      algorithms: new Set(['HS256']),
      rules: { audience, issuer: JWT_ISSUER },
      issuer: JWT_ISSUER ?? null,
      namesPrincipals: true,
      findKey: () => secret,
    });
  }
  if (JWKS_ISSUER !== undefined) {
    const wanted = new Set<string>(settings.JWKS_ALGORITHMS);
    issuers.push({
      algorithms: wanted.has('EdDSA') ? new Set([...wanted, 'Ed25519']) : wanted,
      rules: { audience, issuer: JWKS_ISSUER },
      issuer: JWKS_ISSUER,
      namesPrincipals: false,
      findKey: await openKeys(settings, wanted, onFailure),
    });
  }
  return issuers;
}

async function openKeys(
  { JWKS, JWKS_URL, JWKS_STALE_SECONDS }: TokenSettings,
  wanted: ReadonlySet<string>,
  onFailure?: (error: unknown) => void,
): Promise<TokenIssuer['findKey']> {
  if (JWKS_URL !== undefined) {
    const load = async () => readKeySet(await fetchKeySet(JWKS_URL, fetchTimeoutMs), wanted);
    return createRemoteKeys({ load, staleMs: JWKS_STALE_SECONDS * 1_000, ...(onFailure && { onFailure }) });
  }
  const keys = await readKeySet(readObject(Buffer.from(JWKS ?? '')), wanted);
  if (keys.length === 0) throw new Error('JWKS holds no public key for any of JWKS_ALGORITHMS.');
  return async (header) => pickKey(keys, header);
}
