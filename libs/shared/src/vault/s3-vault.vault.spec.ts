import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anObject, collect, failsWith, sameAs } from './objects.conformance.ts';
import { openVault } from './open-vault.ts';
import { admin, newBucket, open, openBehind, startProxy, store } from './s3-store.conformance.ts';
import { describeVault } from './vault.conformance.ts';
import { type StoredObject, type Vault } from './vault.ts';

describeVault('S3', {
  openEmpty: () => open(),
  async openAndTakeDown() {
    const proxy = await startProxy();
    const vault = await openBehind(proxy, 500);
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

  it('loses nothing when an administrator overwrites the object', async () => {
    const object = anObject();
    const stored = await vault.put(object);
    await admin.putObject(bucket, object.key, Buffer.from('rewritten'));
    expect(await isWhole(stored)).toBe(true);
    expect((await vault.find(object.key))?.versionId).not.toBe(stored.versionId);
    expect(await vault.put(object)).toEqual(sameAs(stored));
    expect((await collect(vault.list(object.key))).map(({ versionId }) => versionId)).toContain(stored.versionId);
  });

  it('looks through a delete marker', async () => {
    const object = anObject();
    const stored = await vault.put(object);
    await admin.removeObject(bucket, object.key);
    expect(await isWhole(stored)).toBe(true);
    expect(await vault.find(object.key)).toEqual(sameAs(stored));
    expect(await vault.put(object)).toEqual(sameAs(stored));
    expect(await collect(vault.list(object.key))).toEqual([sameAs(stored)]);
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
