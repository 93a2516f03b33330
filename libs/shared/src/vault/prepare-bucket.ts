import { ensureLockedBucket } from './s3-bucket.ts';
import { createS3Client, type S3Settings } from './s3-client.ts';
import { asVaultError } from './vault-errors.ts';
import { vaultPolicy } from './vault-policy.ts';

/**
 * Makes the bucket with Object Lock when it is missing, and gives `principal` (an ARN) the rights of `vaultPolicy` on
 * it. Done once, with the credential of whoever owns the store (`settings`): the service that uses the vault may not.
 */
export async function prepareBucket(settings: S3Settings, principal: string): Promise<void> {
  const client = createS3Client(settings);
  try {
    await ensureLockedBucket(client.minio, settings.bucket, settings.region);
    await client.minio.setBucketPolicy(settings.bucket, JSON.stringify(vaultPolicy(settings.bucket, principal)));
  } catch (error) {
    throw asVaultError(error, 'prepare its bucket');
  } finally {
    client.close();
  }
}
