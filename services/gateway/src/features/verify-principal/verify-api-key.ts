import type { Principal } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import type { PrincipalRepository } from '../../persistence/principal.repository.ts';

/** The principal of a key. Throws `AUTH.INVALID_CREDENTIAL` when it is unknown or revoked. */
export type VerifyApiKey = (key: string) => Promise<Principal>;

interface Remembered {
  principal: Principal;
  until: number;
}

const rememberedMs = 5_000;
const rememberedAtMost = 50_000;

/**
 * Looks keys up by their SHA-256. A good one is remembered for 5 s, and forgotten at once when the database tells that
 * it changed; while nobody tells (the listening connection is down) nothing is remembered. A bad one never is.
 */
export function createVerifyApiKey(repository: PrincipalRepository): VerifyApiKey {
  const remembered = new Map<string, Remembered>();
  const asking = new Map<string, Promise<Principal | undefined>>();
  repository.onKeyChange((digest) => {
    if (digest === undefined) remembered.clear();
    else remembered.delete(digest);
    asking.clear();
  });

  async function look(digest: string): Promise<Principal | undefined> {
    const known = asking.get(digest);
    if (known) return known;
    const question = repository.findByKeyDigest(digest);
    asking.set(digest, question);
    try {
      const principal = await question;
      if (principal && repository.isListening() && asking.get(digest) === question) {
        if (remembered.size >= rememberedAtMost) remembered.clear();
        remembered.set(digest, { principal, until: Date.now() + rememberedMs });
      }
      return principal;
    } finally {
      if (asking.get(digest) === question) asking.delete(digest);
    }
  }

  return async (key) => {
    const digest = sha256Hex(key);
    const hit = remembered.get(digest);
    if (hit && hit.until > Date.now() && repository.isListening()) return hit.principal;
    const principal = await look(digest);
    if (!principal)
      throw new AppError('AUTH.INVALID_CREDENTIAL', 'unauthenticated', 'The key is unknown or was revoked.');
    return principal;
  };
}
