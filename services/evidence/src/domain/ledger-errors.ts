import { AppError } from '@countersign/shared/kernel';

/**
 * The database and the vault tell two histories. To sign anything then could be to sign a second one; it takes a person
 * to say which holds.
 */
export function rolledBack(what: string, details: Record<string, unknown>, cause?: unknown): AppError {
  return new AppError('LEDGER.ROLLED_BACK', 'conflict', `${what} Nothing is signed. ${remedy}`, { details, cause });
}

const remedy =
  'If an older backup of the database was restored, continue from the vault: stop every replica of evidence, then `npm run ledger -- continue`.';

export const isRolledBack = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'LEDGER.ROLLED_BACK';

export const ledgerNotFound = (): AppError =>
  new AppError('LEDGER.NOT_FOUND', 'not-found', 'The ledger has no such thing.');

export const notPublished = (): AppError =>
  new AppError('LEDGER.NOT_PUBLISHED', 'unavailable', 'The next checkpoint that covers it is not published yet.', {
    retryAfterSeconds: 1,
  });

export const beyondHead = (size: number): AppError =>
  new AppError('LEDGER.BEYOND_HEAD', 'invalid', 'The ledger is not that large, or `from` is larger than `to`.', {
    details: { size },
  });
