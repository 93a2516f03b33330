import type { Principal } from '@countersign/shared/contracts';
import type { FoundPrincipal, PrincipalRepository } from '../../persistence/principal.repository.ts';

interface Remembered {
  principal: Principal;
  until: number;
}

const rememberedAtMost = 50_000;

/** What the database tells about changes. */
export type ChangeNews = Pick<PrincipalRepository, 'onKeyChange' | 'isListening'>;

export interface FindOut {
  find: () => Promise<FoundPrincipal | undefined>;
  /** How long it may be remembered at most. */
  forMs: number;
}

export interface CredentialMemory {
  /** The principal of a credential that was found good a moment ago; `digest` is the SHA-256 of the credential. */
  recall(digest: string): Principal | undefined;
  /** Finds out, once for all who ask for the same at the same moment, and remembers what is good. */
  learn(digest: string, found: FindOut): Promise<Principal | undefined>;
}

/**
 * Remembers good credentials for a while, never beyond their own end, and forgets at once what the database says has
 * changed; while nobody tells (the listening connection is down or silent) nothing is remembered. Bad ones never are.
 */
export function createCredentialMemory(news: ChangeNews): CredentialMemory {
  const remembered = new Map<string, Remembered>();
  const asking = new Map<string, Promise<Principal | undefined>>();
  news.onKeyChange((changed) => {
    // An answer that is on its way may be older than the change.
    asking.clear();
    if (changed === undefined) remembered.clear();
    else if (!changed.startsWith('principal:')) remembered.delete(changed);
    else forgetPrincipal(changed.slice('principal:'.length));
  });

  function forgetPrincipal(id: string): void {
    for (const [digest, { principal }] of remembered) if (principal.id === id) remembered.delete(digest);
  }

  async function ask(digest: string, { find, forMs }: FindOut): Promise<Principal | undefined> {
    const askedAt = Date.now();
    const question = find().then((found) => {
      if (found === undefined) return undefined;
      const { goodMs = Number.POSITIVE_INFINITY, ...principal } = found;
      if (news.isListening() && asking.get(digest) === question) {
        if (remembered.size >= rememberedAtMost) remembered.clear();
        remembered.set(digest, { principal, until: askedAt + Math.min(forMs, goodMs) });
      }
      return principal;
    });
    asking.set(digest, question);
    try {
      return await question;
    } finally {
      if (asking.get(digest) === question) asking.delete(digest);
    }
  }

  return {
    recall(digest) {
      const hit = remembered.get(digest);
      return hit && hit.until > Date.now() && news.isListening() ? hit.principal : undefined;
    },
    learn: (digest, found) => asking.get(digest) ?? ask(digest, found),
  };
}
