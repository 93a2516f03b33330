import { AppError } from '@countersign/shared/kernel';
import type { NonceClaim } from '../../domain/nonce-claim.ts';
import type { NonceRepository } from '../../persistence/nonce.repository.ts';
import { GroupCommit } from '../gather-work/group-commit.ts';

/** Whether the nonce was not used before; it is used now. Throws `DATABASE.UNAVAILABLE`. */
export type ClaimNonce = (claim: NonceClaim) => Promise<boolean>;

/** One statement for all that come while the one before is under way. */
export function createClaimNonce(repository: Pick<NonceRepository, 'claim'>): ClaimNonce {
  const claims = new GroupCommit<NonceClaim, boolean>({
    commit: (waiting) => repository.claim(waiting),
    bytesOf: ({ digest }) => digest.length,
    maxItems: 512,
    full: () => new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'Too many signed requests wait for the database.'),
  });
  return (claim) => claims.submit(claim);
}
