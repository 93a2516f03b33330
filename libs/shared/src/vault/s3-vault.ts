import { hash } from 'node:crypto';
import { createKeyQueue } from './key-queue.ts';
import { listKeys, readVersionInfos } from './s3-keys.ts';
import { assertKeyPrefix, assertObjectKey } from './object-key.ts';
import { ensureLockedBucket } from './s3-bucket.ts';
import { createS3Client, type S3Answer, type S3Settings } from './s3-client.ts';
import { createS3Retention, retentionOf, retentionPrecisionMs } from './s3-retention.ts';
import { listVersions } from './s3-versions.ts';
import { asVaultError, objectExists, objectNotFound, readBackMismatch, vaultUnavailable } from './vault-errors.ts';
import { type PutOptions, type StoredObject, type Vault, type VaultObject } from './vault.ts';

/** Names the digest that the writer meant: it tells a store's own damage from somebody's other bytes. */
const digestHeader = 'x-amz-meta-sha256';

/** How stores say that there is no such version: AWS calls a malformed id an invalid argument, a delete marker is 405. */
const missing = new Set(['NoSuchKey', 'NoSuchVersion', 'InvalidArgument', 'MethodNotAllowed']);

/**
 * A vault in an S3 bucket with Object Lock. Opening makes or checks the bucket (`VAULT.LOCK_OFF` when it cannot lock).
 *
 * Two processes that put the same key at the same moment are kept apart by `If-None-Match: *`. A store that does not
 * know it (Ceph 16) then holds two locked versions of that key: each is whole and each can be read by its version id.
 */
export async function openS3Vault(settings: S3Settings): Promise<Vault> {
  const client = createS3Client(settings);
  const { bucket } = settings;
  const inTurn = createKeyQueue();
  await attempt('open its bucket', () => ensureLockedBucket(client.minio, bucket, settings.region)).catch(
    (error: unknown) => {
      client.close();
      throw error;
    },
  );

  const retention = createS3Retention(client, fetchVersion);

  async function fetchVersion(key: string, versionId: string): Promise<S3Answer | undefined> {
    try {
      return await client.send({ method: 'GET', key, versionId, expect: [200] });
    } catch (error) {
      if (missing.has((error as { code?: string }).code ?? '')) return undefined;
      throw error;
    }
  }

  /** The versions of one key as they are in the store, the newest first. */
  async function* readVersions(key: string): AsyncGenerator<Found> {
    for await (const { key: listed, versionId, lastModified } of listVersions(client, key)) {
      if (listed !== key) return;
      const answer = await fetchVersion(key, versionId);
      if (answer !== undefined) yield found({ bucket, key, versionId, storedAt: lastModified }, answer);
    }
  }

  /** The locked version that holds these bytes; throws when the key holds others. */
  async function findOurs(key: string, sha256: string): Promise<{ ours?: StoredObject; isTaken: boolean }> {
    let isTaken = false;
    let isForeign = false;
    for await (const version of readVersions(key)) {
      if (version.object.sha256 === sha256 && version.isLocked) return { ours: version.object, isTaken: true };
      isTaken = true;
      // Ours, but damaged or unlocked by the store: it is written once more, as a new version.
      isForeign ||= version.object.sha256 !== sha256 && version.claimed !== sha256;
    }
    if (isForeign) throw objectExists(key);
    return { isTaken };
  }

  async function put(object: VaultObject, sha256: string, { onStored }: PutOptions): Promise<StoredObject> {
    const { key } = object;
    const { ours, isTaken } = await findOurs(key, sha256);
    if (ours !== undefined) return ours;
    const answer = await client.send({
      method: 'PUT',
      key,
      body: Buffer.from(object.bytes.buffer, object.bytes.byteOffset, object.bytes.byteLength),
      headers: {
        'content-type': object.contentType,
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': object.retainUntil.toISOString(),
        [digestHeader]: sha256,
        ...(!isTaken && { 'if-none-match': '*' }),
      },
      expect: isTaken ? [200] : [200, 409, 412],
    });
    const storedAt = new Date();
    if (answer.status !== 200) return joinWinner(key, sha256);
    const versionId = answer.headers['x-amz-version-id'];
    if (typeof versionId !== 'string') throw readBackMismatch(key, 'the bucket keeps no versions');
    onStored?.(storedAt);
    return readBack(object, sha256, { bucket, key, versionId, storedAt });
  }

  /** Another process got the key between our look and our write. */
  async function joinWinner(key: string, sha256: string): Promise<StoredObject> {
    const { ours } = await findOurs(key, sha256);
    if (ours === undefined) throw vaultUnavailable('decide between two writers of one object');
    return ours;
  }

  async function readBack(object: VaultObject, sha256: string, place: Place): Promise<StoredObject> {
    const answer = await fetchVersion(object.key, place.versionId);
    if (answer === undefined) throw readBackMismatch(object.key, 'the version is not there');
    const read = found(place, answer);
    if (read.object.sha256 !== sha256) throw readBackMismatch(object.key, 'the bytes differ');
    if (!read.isLocked) throw readBackMismatch(object.key, 'it is not locked in COMPLIANCE mode');
    if (read.object.retainUntil.getTime() < object.retainUntil.getTime() - retentionPrecisionMs) {
      throw readBackMismatch(object.key, 'its retention ends too early');
    }
    return read.object;
  }

  return {
    scheme: 's3',
    async put(object, options = {}) {
      assertObjectKey(object.key);
      const sha256 = hash('sha256', object.bytes, 'hex');
      return attempt('write an object', () => inTurn(object.key, () => put(object, sha256, options)));
    },
    async get(key, versionId) {
      assertObjectKey(key);
      const answer = await attempt('read an object', () => fetchVersion(key, versionId));
      if (answer === undefined) throw objectNotFound(key, versionId);
      return answer.body;
    },
    async find(key) {
      assertObjectKey(key);
      return attempt('find an object', async () => {
        for await (const newest of readVersions(key)) return newest.object;
        return undefined;
      });
    },
    async *list(prefix) {
      assertKeyPrefix(prefix);
      try {
        for await (const { key, versionId, lastModified } of listVersions(client, prefix)) {
          const answer = await fetchVersion(key, versionId);
          if (answer !== undefined) yield found({ bucket, key, versionId, storedAt: lastModified }, answer).object;
        }
      } catch (error) {
        throw asVaultError(error, 'list its objects');
      }
    },
    async *listKeys(prefix, options = {}) {
      assertKeyPrefix(prefix);
      assertKeyPrefix(options.after ?? '');
      try {
        yield* listKeys(client, prefix, options);
      } catch (error) {
        throw asVaultError(error, 'list its keys');
      }
    },
    async versions(key) {
      assertObjectKey(key);
      return attempt('list the versions of an object', () => readVersionInfos(client, key));
    },
    async getRetention(key, versionId) {
      assertObjectKey(key);
      return attempt('read the lock of an object', () => retention.getRetention(key, versionId));
    },
    async extendRetention(key, versionId, until) {
      assertObjectKey(key);
      return attempt('extend the retention of an object', () =>
        inTurn(key, () => retention.extendRetention(key, versionId, until)),
      );
    },
    async setLegalHold(key, versionId, on) {
      assertObjectKey(key);
      return attempt('set the legal hold of an object', () =>
        inTurn(key, () => retention.setLegalHold(key, versionId, on)),
      );
    },
    check: () =>
      attempt('be reached', async () => {
        if (!(await client.minio.bucketExists(bucket))) throw vaultUnavailable('find its bucket');
      }),
    close: async () => client.close(),
  };
}

interface Found {
  object: StoredObject;
  /** The digest that its writer gave; undefined when it was not written by a vault. */
  claimed: string | undefined;
  isLocked: boolean;
}

interface Place {
  bucket: string;
  key: string;
  versionId: string;
  storedAt: Date;
}

function found({ bucket, key, versionId, storedAt }: Place, { headers, body }: S3Answer): Found {
  const claimed = headers[digestHeader];
  const { mode, retainUntil } = retentionOf(headers);
  return {
    object: {
      key,
      versionId,
      sha256: hash('sha256', body, 'hex'),
      size: body.length,
      uri: `s3://${bucket}/${key}?versionId=${encodeURIComponent(versionId)}`,
      retainUntil,
      storedAt,
    },
    claimed: typeof claimed === 'string' ? claimed : undefined,
    isLocked: mode === 'COMPLIANCE',
  };
}

async function attempt<Value>(what: string, operation: () => Promise<Value>): Promise<Value> {
  try {
    return await operation();
  } catch (error) {
    throw asVaultError(error, what);
  }
}
