import { type Client } from 'minio';
import { AppError } from '../kernel/index.ts';

/**
 * Makes sure that the bucket is there and can lock objects. A missing one is made with Object Lock on; one without
 * throws AppError `VAULT.LOCK_OFF` (invalid), for no later setting would lock what a plain bucket keeps.
 */
export async function ensureLockedBucket(minio: Client, bucket: string, region: string): Promise<void> {
  let state = await readLockState(minio, bucket);
  if (state === 'missing') {
    await minio.makeBucket(bucket, region, { ObjectLocking: true }).catch(ignoreOwnBucket);
    state = await readLockState(minio, bucket);
  }
  if (state === 'locked') return;
  throw new AppError(
    'VAULT.LOCK_OFF',
    'invalid',
    `The bucket ${bucket} has no Object Lock, so it cannot keep evidence from being rewritten. Object Lock is chosen when a ` +
      'bucket is made: name a bucket that does not exist yet and it is made rightly, or make one yourself ' +
      '(aws s3api create-bucket --object-lock-enabled-for-bucket, or mc mb --with-lock).',
    { details: { bucket } },
  );
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

async function readLockState(minio: Client, bucket: string): Promise<'locked' | 'plain' | 'missing'> {
  try {
    // Typed as void by its overloads; it gives a promise when there is no callback.
    const asking: unknown = minio.getObjectLockConfig(bucket);
    const config = await (asking as Promise<{ objectLockEnabled?: string } | undefined>);
    return config?.objectLockEnabled === 'Enabled' ? 'locked' : 'plain';
  } catch (error) {
    if (codeOf(error) === 'NoSuchBucket') return 'missing';
    if (codeOf(error) === 'ObjectLockConfigurationNotFoundError') return 'plain';
    throw error;
  }
}

/** Two replicas may start at once. */
function ignoreOwnBucket(error: unknown): void {
  if (codeOf(error) !== 'BucketAlreadyOwnedByYou' && codeOf(error) !== 'BucketAlreadyExists') throw error;
}
