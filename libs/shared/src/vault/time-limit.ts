import { asVaultError, vaultUnavailable } from './vault-errors.ts';

/**
 * The outcome of an operation, or `VAULT.UNAVAILABLE` when it takes longer. A file operation cannot be called off (a
 * disk or a network mount that hangs): it then goes on alone, and whatever it ends with is dropped.
 */
export async function within<Value>(milliseconds: number, what: string, operation: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(vaultUnavailable(`${what} within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([operation, limit]);
  } catch (error) {
    throw asVaultError(error, what);
  } finally {
    clearTimeout(timer);
  }
}
