import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anObject, collect, retainUntil, sameAs } from './objects.conformance.ts';
import { openVault } from './open-vault.ts';
import { prepareBucket } from './prepare-bucket.ts';
import { createS3Client, type S3Client, type S3Request } from './s3-client.ts';
import { admin, newBucket, open, store } from './s3-store.conformance.ts';
import type { StoredObject, Vault } from './vault.ts';

/** The vault as production opens it: with a credential that can put, read, extend and hold, and nothing else. */
const region = 'us-east-1';
const bucket = newBucket();
const { endpoint, service } = store;
const settings = { endpoint, bucket, region, accessKey: service.accessKey, secretKey: service.secretKey };
let vault: Vault;
let client: S3Client;
let stored: StoredObject;

beforeAll(async () => {
  await prepareBucket({ ...store, bucket, region }, service.principal);
  vault = await openVault({ s3: settings });
  client = createS3Client(settings);
  stored = await vault.put(anObject());
});
afterAll(async () => {
  client?.close();
  await vault?.close();
});

const later = (seconds: number) => new Date(retainUntil.getTime() + seconds * 1_000);
const lock = (mode: string, until: Date) =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate></Retention>`;
const xml = (text: string) => ({ body: Buffer.from(text) });
const bypass = { headers: { 'x-amz-bypass-governance-retention': 'true' } };
type Attempt = Omit<S3Request, 'method' | 'expect'> & { method: string };

const forbidden: [string, () => Attempt][] = [
  ['delete the object', () => ({ method: 'DELETE', key: stored.key })],
  ['delete the version', () => ({ method: 'DELETE', key: stored.key, versionId: stored.versionId })],
  [
    'delete it around governance',
    () => ({ method: 'DELETE', key: stored.key, versionId: stored.versionId, ...bypass }),
  ],
  [
    'delete many at once',
    () => ({
      method: 'POST',
      query: { delete: '' },
      ...xml(`<Delete><Object><Key>${stored.key}</Key></Object></Delete>`),
    }),
  ],
  ['delete what was never locked', () => ({ method: 'DELETE', key: 'unlocked' })],
  [
    'shorten the retention',
    () => ({
      method: 'PUT',
      key: stored.key,
      versionId: stored.versionId,
      query: { retention: '' },
      ...bypass,
      ...xml(lock('COMPLIANCE', later(-60))),
    }),
  ],
  [
    'weaken the lock',
    () => ({
      method: 'PUT',
      key: stored.key,
      versionId: stored.versionId,
      query: { retention: '' },
      ...bypass,
      ...xml(lock('GOVERNANCE', later(60))),
    }),
  ],
  [
    'open the object to others',
    () => ({ method: 'PUT', key: stored.key, query: { acl: '' }, headers: { 'x-amz-acl': 'public-read' } }),
  ],
  [
    'give itself rights',
    () => ({
      method: 'PUT',
      query: { policy: '' },
      ...xml(
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/*` }],
        }),
      ),
    }),
  ],
  ['take the policy off', () => ({ method: 'DELETE', query: { policy: '' } })],
  [
    'open the bucket to others',
    () => ({ method: 'PUT', query: { acl: '' }, headers: { 'x-amz-acl': 'public-read-write' } }),
  ],
  [
    'stop the versions',
    () => ({
      method: 'PUT',
      query: { versioning: '' },
      ...xml('<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'),
    }),
  ],
  [
    'change the lock of the bucket',
    () => ({
      method: 'PUT',
      query: { 'object-lock': '' },
      ...xml('<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>'),
    }),
  ],
  [
    'let objects expire',
    () => ({
      method: 'PUT',
      query: { lifecycle: '' },
      ...xml(
        '<LifecycleConfiguration><Rule><ID>x</ID><Prefix></Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
      ),
    }),
  ],
  ['remove the bucket', () => ({ method: 'DELETE' })],
];

describe("the service's credential", () => {
  it('does what a vault has to do', async () => {
    const object = anObject();
    const put = await vault.put(object);
    expect(await vault.put(object)).toEqual(sameAs(put));
    expect(await vault.get(put.key, put.versionId)).toEqual(Buffer.from(object.bytes));
    expect(await vault.find(put.key)).toEqual(sameAs(put));
    expect(await collect(vault.list(put.key))).toEqual([sameAs(put)]);
    expect(await collect(vault.listKeys(''))).toContain(put.key);
    expect(await vault.versions(put.key)).toHaveLength(1);
    expect((await vault.extendRetention(put.key, put.versionId, later(60))).retainUntil).toEqual(later(60));
    expect((await vault.setLegalHold(put.key, put.versionId, true)).legalHold).toBe(true);
    expect((await vault.setLegalHold(put.key, put.versionId, false)).legalHold).toBe(false);
    await vault.check();
  });

  it.each(forbidden)('cannot %s', async (_what, attempt) => {
    await admin.putObject(bucket, 'unlocked', Buffer.from('x'));
    const answer = await client.send({ ...attempt(), expect: [400, 403] } as S3Request).catch((error: Error) => error);
    expect(answer).toMatchObject({ status: 403 });
    expect(await vault.find(stored.key)).toEqual(sameAs(stored));
    expect((await admin.statObject(bucket, 'unlocked')).size).toBe(1);
    expect((await admin.getBucketVersioning(bucket)).Status).toBe('Enabled');
  });

  it('can make no bucket, and see none of another', async () => {
    await expect(client.minio.makeBucket(newBucket(), region, { ObjectLocking: true })).rejects.toThrow();
    const other = newBucket();
    const theirs = await open(other);
    const { key } = await theirs.put(anObject());
    await theirs.close();
    const outside = createS3Client({ ...settings, bucket: other });
    for (const request of [{ query: { versions: '' } }, { key }] as Partial<S3Request>[])
      expect(await outside.send({ method: 'GET', ...request, expect: [403] })).toMatchObject({ status: 403 });
    outside.close();
  });
});
