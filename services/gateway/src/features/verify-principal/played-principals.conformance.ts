import { vi } from 'vitest';
import type { Principal } from '@countersign/shared/contracts';
import type { PrincipalRepository } from '../../persistence/principal.repository.ts';

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
  const findByToken = vi.fn<PrincipalRepository['findByToken']>(async ({ subject, principalId }) =>
    subject === 'somebody' || principalId === somebody.id ? somebody : undefined,
  );
  const findByKeyDigests = vi.fn<PrincipalRepository['findByKeyDigests']>(async (digests) =>
    digests.map(() => undefined),
  );
  const repository = {
    findByToken,
    findByKeyDigests,
    isListening: () => state.listening,
    onKeyChange: (listener: (changed: string | undefined) => void) => void listeners.push(listener),
  } as unknown as PrincipalRepository;
  const tell = (changed: string | undefined) => {
    for (const listener of listeners) listener(changed);
  };
  return { repository, findByToken, findByKeyDigests, state, tell };
}
