import { AppError } from '../kernel/index.ts';
import { openDirectoryVault } from './directory-vault.ts';
import { type S3Settings } from './s3-client.ts';
import { openS3Vault } from './s3-vault.ts';
import { type Vault } from './vault.ts';

/** One of the two; `timeoutMs` limits each call (directory) or request (S3), 10 s unless told. */
export type VaultSettings =
  | { directory: string; s3?: undefined; timeoutMs?: number }
  | { s3: S3Settings; directory?: undefined };

/**
 * Opens the vault that the settings name and makes sure that it can keep what it is given. Throws AppError
 * `VAULT.NOT_CONFIGURED` (invalid) when they name none or both, `VAULT.LOCK_OFF` (invalid) for a bucket without
 * Object Lock, `VAULT.UNAVAILABLE` when the store does not answer.
 */
export async function openVault(settings: VaultSettings): Promise<Vault> {
  const { directory, s3 } = settings;
  if (s3 !== undefined && directory === undefined) return openS3Vault(s3);
  if (directory !== undefined && s3 === undefined)
    return openDirectoryVault({ directory, timeoutMs: settings.timeoutMs });
  throw new AppError(
    'VAULT.NOT_CONFIGURED',
    'invalid',
    'Name one vault: a directory (VAULT_DIR) or an S3 bucket (S3_ENDPOINT).',
  );
}
