import { asAppError } from '@countersign/shared/kernel';

/** Whether the vault fails for the moment: what waits for it is tried again, and nothing is wrong with that itself. */
export function isVaultDown(error: unknown): boolean {
  const known = asAppError(error);
  return known?.kind === 'unavailable' && known.code.startsWith('VAULT.');
}
