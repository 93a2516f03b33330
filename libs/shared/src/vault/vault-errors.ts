import { AppError } from '../kernel/index.ts';

/** The store failed or did not answer in time. */
export const vaultUnavailable = (what: string, cause?: unknown): AppError =>
  new AppError('VAULT.UNAVAILABLE', 'unavailable', `The vault could not ${what}.`, { cause, retryAfterSeconds: 5 });

export const objectExists = (key: string): AppError =>
  new AppError('VAULT.OBJECT_EXISTS', 'conflict', 'The vault already holds other bytes under this key.', {
    details: { key },
  });

export const objectNotFound = (key: string, versionId: string): AppError =>
  new AppError('VAULT.OBJECT_NOT_FOUND', 'not-found', 'The vault does not hold this version of this object.', {
    details: { key, versionId },
  });

export const readBackMismatch = (key: string, what: string): AppError =>
  new AppError('VAULT.READ_BACK_MISMATCH', 'unavailable', `The vault did not keep what was written: ${what}.`, {
    details: { key },
  });

export const retentionShortened = (key: string, retainUntil: Date): AppError =>
  new AppError('VAULT.RETENTION_SHORTENED', 'conflict', 'Retention can be extended and never shortened.', {
    details: { key, retain_until: retainUntil.toISOString() },
  });

/** Lets an AppError through and turns anything else into `VAULT.UNAVAILABLE`. */
export const asVaultError = (error: unknown, what: string): AppError =>
  error instanceof AppError ? error : vaultUnavailable(what, error);
