import { compactVerify } from 'jose';
import { uuid } from '@countersign/shared/contracts';
import { AppError } from '@countersign/shared/kernel';
import { admitClaims } from '../../domain/token-claims.ts';
import type { FoundPrincipal, PrincipalRepository } from '../../persistence/principal.repository.ts';
import { readObject, readTokenHeader, type TokenHeader } from './read-token-header.ts';
import type { TokenIssuer } from './token-issuers.ts';

/**
 * The principal that a token stands for; undefined when the token is not good, for whatever reason. Throws
 * `AUTH.TOKEN_EXPIRED` when its time is all that is wrong.
 */
export type VerifyToken = (token: string) => Promise<FoundPrincipal | undefined>;

/** A token proves an issuer and a subject; who that is, and what it may do, is asked of the database. */
export function createVerifyToken(
  issuers: readonly TokenIssuer[],
  repository: Pick<PrincipalRepository, 'findByToken'>,
  now: () => number = Date.now,
): VerifyToken {
  return async (token) => {
    const header = readTokenHeader(token);
    const issuer = header && issuers.find(({ algorithms }) => algorithms.has(header.alg));
    if (!header || !issuer) return undefined;
    const payload = await readPayload(token, header, issuer);
    if (payload === undefined) return undefined;
    const claims = admitClaims(payload, issuer.rules, now());
    if (!claims.ok && claims.refusal === 'expired') {
      throw new AppError('AUTH.TOKEN_EXPIRED', 'unauthenticated', 'The token expired.');
    }
    if (!claims.ok) return undefined;
    const { subject, expiresAt } = claims.value;
    const isId = issuer.namesPrincipals && uuid.safeParse(subject).success;
    const found = await repository.findByToken({
      issuer: issuer.issuer,
      subject,
      principalId: isId ? subject : null,
    });
    return found && { ...found, goodMs: expiresAt - now() };
  };
}

/** What was signed; undefined when the signature is not that of the issuer. */
async function readPayload(token: string, header: TokenHeader, issuer: TokenIssuer): Promise<unknown> {
  const key = await issuer.findKey(header);
  if (key === undefined) return undefined;
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [header.alg] });
    return readObject(payload);
  } catch {
    return undefined;
  }
}
