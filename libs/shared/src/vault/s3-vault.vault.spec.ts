import { hash, randomBytes } from 'node:crypto';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Fault, type FaultyS3, startFaultyS3 } from './faulty-s3.ts';
import { openVault } from './open-vault.ts';
import { anObject, collect, describeVault, failsWith, retainUntil } from './vault.conformance.ts';
import { type StoredObject, type Vault } from './vault.ts';

const store = inject('s3');
const { hostname, port } = new URL(store.endpoint);
/** An administrator of the store who goes round the vault, with its root key. */
const admin = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: false,
  region: 'us-east-1',
  accessKey: store.accessKey,
  secretKey: store.secretKey,
  retryOptions: { disableRetry: true },
});
const newBucket = (): string => `vault-${randomBytes(6).toString('hex')}`;
const open = (bucket = newBucket(), endpoint = store.endpoint, timeoutMs = 10_000): Promise<Vault> =>
  openVault({ s3: { ...store, endpoint, bucket, region: 'us-east-1', timeoutMs } });
const proxies: FaultyS3[] = [];
async function startProxy(): Promise<FaultyS3> {
  const proxy = await startFaultyS3(store.endpoint);
  proxies.push(proxy);
  return proxy;
}
afterAll(() => Promise.all(proxies.map((proxy) => proxy.close())));

describeVault('S3', {
  openEmpty: () => open(),
  async openAndTakeDown() {
    const proxy = await startProxy();
    const vault = await open(newBucket(), proxy.endpoint, 500);
    proxy.fault = 'hang';
    return vault;
  },
  downWithinMs: 1500,
});

describe('the S3 vault', () => {
  const bucket = newBucket();
  let vault: Vault;
  beforeAll(async () => {
    vault = await open(bucket);
  });
  afterAll(() => vault.close());

  async function isWhole({ key, versionId, sha256 }: StoredObject): Promise<boolean> {
    return hash('sha256', await vault.get(key, versionId), 'hex') === sha256;
  }

  it('sets the COMPLIANCE lock in the request that writes: the version that comes back has it', async () => {
    const { key, versionId } = await vault.put(anObject());
    const lock = await admin.getObjectRetention(bucket, key, { versionId });
    expect(lock?.mode).toBe('COMPLIANCE');
    expect(new Date(lock!.retainUntilDate).getTime()).toBe(retainUntil.getTime());
  });

  it.each([false, true])(
    'lets nobody delete the version before its time (governance bypass: %s)',
    async (governanceBypass) => {
      const stored = await vault.put(anObject());
      await expect(
        admin.removeObject(bucket, stored.key, { versionId: stored.versionId, governanceBypass }),
      ).rejects.toMatchObject({
        code: 'AccessDenied',
      });
      expect(await isWhole(stored)).toBe(true);
    },
  );

  it.each([
    ['shorten', 'COMPLIANCE', -60_000],
    ['weaken', 'GOVERNANCE', 60_000],
  ])('lets nobody %s the lock', async (_, mode, change) => {
    const stored = await vault.put(anObject());
    const retainUntilDate = new Date(retainUntil.getTime() + change).toISOString();
    await expect(
      admin.putObjectRetention(bucket, stored.key, {
        versionId: stored.versionId,
        mode: mode as never,
        retainUntilDate,
        governanceBypass: true,
      }),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
    expect((await vault.find(stored.key))?.retainUntil).toEqual(retainUntil);
  });

  it('lets the retention be extended', async () => {
    const stored = await vault.put(anObject());
    const retainUntilDate = new Date(retainUntil.getTime() + 60_000).toISOString();
    await admin.putObjectRetention(bucket, stored.key, {
      versionId: stored.versionId,
      mode: 'COMPLIANCE' as never,
      retainUntilDate,
    });
    expect((await vault.find(stored.key))?.retainUntil.toISOString()).toBe(retainUntilDate);
  });

  it('loses nothing when an administrator overwrites the object', async () => {
    const object = anObject();
    const stored = await vault.put(object);
    await admin.putObject(bucket, object.key, Buffer.from('rewritten'));
    expect(await isWhole(stored)).toBe(true);
    expect((await vault.find(object.key))?.versionId).not.toBe(stored.versionId);
    expect(await vault.put(object)).toEqual(stored);
    expect((await collect(vault.list(object.key))).map(({ versionId }) => versionId)).toContain(stored.versionId);
  });

  it('looks through a delete marker', async () => {
    const object = anObject();
    const stored = await vault.put(object);
    await admin.removeObject(bucket, object.key);
    expect(await isWhole(stored)).toBe(true);
    expect(await vault.find(object.key)).toEqual(stored);
    expect(await vault.put(object)).toEqual(stored);
    expect(await collect(vault.list(object.key))).toEqual([stored]);
    await expect(vault.put(anObject({ key: object.key }))).rejects.toEqual(
      failsWith('VAULT.OBJECT_EXISTS', 'conflict'),
    );
  });

  it('does not take an unlocked object with the same bytes for its own', async () => {
    const object = anObject();
    await admin.putObject(bucket, object.key, Buffer.from(object.bytes));
    const stored = await vault.put(object);
    expect((await admin.getObjectRetention(bucket, object.key, { versionId: stored.versionId }))?.mode).toBe(
      'COMPLIANCE',
    );
  });

  it('lists more than one page, with keys that must be escaped in its markers', async () => {
    const keys = Array.from({ length: 1_203 }, (_, n) => `paged@clinic:7/${String(n).padStart(4, '0')}=x.json`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => admin.putObject(bucket, key, Buffer.from('x'))));
    }
    expect((await collect(vault.list('paged@clinic:'))).map(({ key }) => key)).toEqual(keys);
  }, 60_000);
});

describe('opening an S3 vault', () => {
  it('makes a missing bucket with Object Lock, also when two replicas start at once', async () => {
    const bucket = newBucket();
    const vaults = await Promise.all([open(bucket), open(bucket)]);
    const asking: unknown = admin.getObjectLockConfig(bucket);
    expect(await (asking as Promise<unknown>)).toMatchObject({ objectLockEnabled: 'Enabled' });
    await Promise.all(vaults.map((vault) => vault.close()));
  });

  it('refuses a bucket without Object Lock and says what to do', async () => {
    const bucket = newBucket();
    await admin.makeBucket(bucket);
    await expect(open(bucket)).rejects.toMatchObject({
      code: 'VAULT.LOCK_OFF',
      kind: 'invalid',
      message: expect.stringContaining('--object-lock-enabled-for-bucket') as string,
    });
  });

  it('is unavailable when nobody listens, or the key is wrong', async () => {
    const unavailable = failsWith('VAULT.UNAVAILABLE', 'unavailable');
    await expect(open(newBucket(), 'http://127.0.0.1:1')).rejects.toEqual(unavailable);
    const wrong = { ...store, secretKey: 'wrong', bucket: newBucket(), region: 'us-east-1' };
    await expect(openVault({ s3: wrong })).rejects.toEqual(unavailable);
  });
});

describe('an S3 vault on a bad day', () => {
  let proxy: FaultyS3;
  let vault: Vault;
  beforeAll(async () => {
    proxy = await startProxy();
    vault = await open(newBucket(), proxy.endpoint, 1000);
  });
  afterAll(() => vault.close());

  it.each<[Fault, string]>([
    ['garble-answer', 'VAULT.READ_BACK_MISMATCH'],
    ['hide-lock', 'VAULT.READ_BACK_MISMATCH'],
    ['shorten-lock', 'VAULT.READ_BACK_MISMATCH'],
    ['cut-answer', 'VAULT.UNAVAILABLE'],
    ['garble-upload', 'VAULT.UNAVAILABLE'],
    ['unavailable', 'VAULT.UNAVAILABLE'],
    ['hang', 'VAULT.UNAVAILABLE'],
  ])('never says that an object is kept when the store does this: %s', async (fault, code) => {
    const object = anObject();
    proxy.fault = fault;
    const outcome = vault.put(object);
    await expect(outcome).rejects.toEqual(failsWith(code, 'unavailable'));
    proxy.fault = 'none';
    const stored = await vault.put(object);
    expect(Buffer.from(await vault.get(object.key, stored.versionId)).equals(object.bytes)).toBe(true);
  });

  it('writes again what the store damaged, instead of calling it taken', async () => {
    const object = anObject();
    const first = await vault.put(object);
    proxy.fault = 'garble-answer';
    await expect(vault.put(object)).rejects.toEqual(failsWith('VAULT.READ_BACK_MISMATCH', 'unavailable'));
    proxy.fault = 'none';
    expect((await collect(vault.list(object.key))).map(({ sha256 }) => sha256)).toEqual([first.sha256, first.sha256]);
  });

  it('joins another process that wrote the same bytes between its look and its write', async () => {
    const object = anObject();
    proxy.fault = 'late-winner';
    const stored = await vault.put(object);
    proxy.fault = 'none';
    expect(await collect(vault.list(object.key))).toEqual([stored]);
  });

  it('asks for everything in one request: the lock, the check of the bytes, and that nothing is there yet', async () => {
    const object = anObject();
    const before = proxy.puts.length;
    await vault.put(object);
    expect(proxy.puts.slice(before)).toEqual([
      expect.objectContaining({
        'content-md5': hash('md5', object.bytes, 'base64'),
        'content-type': 'application/json',
        'if-none-match': '*',
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': retainUntil.toISOString(),
      }),
    ]);
  });

  it('says so in its check, and recovers', async () => {
    proxy.fault = 'unavailable';
    await expect(vault.check()).rejects.toEqual(failsWith('VAULT.UNAVAILABLE', 'unavailable'));
    proxy.fault = 'none';
    await expect(vault.check()).resolves.toBeUndefined();
  });
});
