import { openVault, type Vault } from '@countersign/shared/vault';
import type { Logger } from '@countersign/shared/telemetry';
import type { EvidenceSettings } from './evidence.config.ts';

/** What names a vault. */
export type VaultChoice = Pick<
  EvidenceSettings,
  'VAULT_DIR' | 'S3_ENDPOINT' | 'S3_BUCKET' | 'S3_REGION' | 'S3_ACCESS_KEY' | 'S3_SECRET_KEY' | 'WORM_RETENTION_DAYS'
>;

/** Opens the vault that the settings name, and says what it can be trusted for. */
export async function openConfiguredVault(settings: VaultChoice, logger: Logger): Promise<Vault> {
  const { VAULT_DIR, S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY, WORM_RETENTION_DAYS } = settings;
  const fields = { retention_days: WORM_RETENTION_DAYS };
  if (VAULT_DIR !== undefined) {
    const vault = await openVault({ directory: VAULT_DIR });
    const message =
      'the vault is a directory: tamper-evident, not tamper-proof, for whoever owns the disk can delete files; set S3_ENDPOINT for a store with Object Lock';
    logger.warn({ ...fields, vault: VAULT_DIR }, message);
    return vault;
  }
  const vault = await openVault({
    s3: {
      endpoint: S3_ENDPOINT!,
      bucket: S3_BUCKET!,
      region: S3_REGION,
      accessKey: S3_ACCESS_KEY!,
      secretKey: S3_SECRET_KEY!,
    },
  });
  logger.info({ ...fields, vault: `${S3_ENDPOINT}/${S3_BUCKET}` }, 'the vault is an S3 bucket with Object Lock');
  return vault;
}
