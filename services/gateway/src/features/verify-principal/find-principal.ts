import { AppError } from '@countersign/shared/kernel';
import type { FoundPrincipal, PrincipalRepository } from '../../persistence/principal.repository.ts';
import { GroupCommit } from '../gather-work/group-commit.ts';

/** The principal of an API key, by its SHA-256 (hex). Throws `DATABASE.UNAVAILABLE`. */
export type FindPrincipal = (digest: string) => Promise<FoundPrincipal | undefined>;

/**
 * One statement for all that come while the one before is under way: the boxes of a fleet come once a minute each, so
 * most of them have just been forgotten; and who tries keys asks no more often than all together.
 */
export function createFindPrincipal(repository: Pick<PrincipalRepository, 'findByKeyDigests'>): FindPrincipal {
  const questions = new GroupCommit<string, FoundPrincipal | undefined>({
    commit: (digests) => repository.findByKeyDigests(digests),
    bytesOf: (digest) => digest.length,
    full: () => new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'Too many credentials wait for the database.'),
  });
  return (digest) => questions.submit(digest);
}
