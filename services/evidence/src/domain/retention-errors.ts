import { AppError } from '@countersign/shared/kernel';

export const evidenceNotFound = (): AppError =>
  new AppError('EVIDENCE.NOT_FOUND', 'not-found', 'The site has no such bundle.');

export const evidenceNotSealed = (): AppError =>
  new AppError('EVIDENCE.NOT_SEALED', 'conflict', 'The bundle is not in the vault yet.', { retryAfterSeconds: 5 });

export const retentionShortened = (retainUntil: Date): AppError =>
  new AppError('EVIDENCE.RETENTION_SHORTENED', 'conflict', 'Retention is extended and never shortened.', {
    details: { retain_until: retainUntil.toISOString() },
  });

export const retentionTooLong = (latest: Date): AppError =>
  new AppError(
    'EVIDENCE.RETENTION_TOO_LONG',
    'unprocessable',
    'Retention ends a hundred years from now at the latest.',
    {
      details: { latest: latest.toISOString() },
    },
  );
