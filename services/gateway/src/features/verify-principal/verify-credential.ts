import type { Principal } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import type { PrincipalRepository } from '../../persistence/principal.repository.ts';
import { notGood } from './admit-principal.ts';
import { createCredentialMemory } from './credential-memory.ts';
import { createFindPrincipal } from './find-principal.ts';
import { isToken } from './read-token-header.ts';
import type { TokenIssuer } from './token-issuers.ts';
import { createVerifyToken } from './verify-token.ts';

/**
 * The principal of a credential: of an API key, looked up by its SHA-256, or of a token. Throws
 * `AUTH.INVALID_CREDENTIAL` when it is not good, in the same words whatever the reason.
 */
export type VerifyCredential = (credential: string) => Promise<Principal>;

/** The database tells all that can happen to a key. That an issuer has withdrawn its own, nobody tells. */
const [keyMs, tokenMs] = [60_000, 5_000];

/** One chain for every credential, and one memory, so that one that was seen a moment ago costs one hash. */
export function createVerifyCredential(
  repository: PrincipalRepository,
  issuers: readonly TokenIssuer[] = [],
): VerifyCredential {
  const memory = createCredentialMemory(repository);
  const findPrincipal = createFindPrincipal(repository);
  const verifyToken = createVerifyToken(issuers, repository);
  return async (credential) => {
    const digest = sha256Hex(credential);
    const principal =
      memory.recall(digest) ??
      (await memory.learn(
        digest,
        isToken(credential)
          ? { find: () => verifyToken(credential), forMs: tokenMs }
          : { find: () => findPrincipal(digest), forMs: keyMs },
      ));
    if (principal === undefined) throw notGood();
    return principal;
  };
}
