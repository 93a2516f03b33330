import { AppError } from '@countersign/shared/kernel';

/** Something in the vault is not what was put there. Nothing can be rebuilt on it. */
export const vaultDamaged = (item: string, what: string, cause?: unknown): AppError =>
  new AppError('LEDGER.VAULT_DAMAGED', 'conflict', `${item} in the vault ${what}.`, { details: { item }, cause });

/** It could be done, and something would be lost by it. */
export const wouldLose = (what: string, details: Record<string, unknown>): AppError =>
  new AppError('LEDGER.WOULD_LOSE', 'conflict', `${what} --accept-loss goes on, and names each in the certificate.`, {
    details,
  });

/** It cannot be done now. */
export const notNow = (what: string, details: Record<string, unknown> = {}): AppError =>
  new AppError('LEDGER.REBUILD_REFUSED', 'conflict', what, { details });

/** What was built is not what was signed. */
export const notProved = (what: string, details: Record<string, unknown> = {}): AppError =>
  new AppError('LEDGER.NOT_PROVED', 'conflict', `${what} Nothing was changed.`, { details });
