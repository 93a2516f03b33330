import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anObject, collect, failsWith } from './objects.conformance.ts';
import { admin, newBucket, open, startProxy } from './s3-store.conformance.ts';
import { type Vault } from './vault.ts';

describe('the keys and versions of an S3 vault', () => {
  const bucket = newBucket();
  let vault: Vault;
  beforeAll(async () => {
    vault = await open(bucket);
  });
  afterAll(() => vault.close());

  it('names every version and delete marker of a key, the newest first', async () => {
    const object = anObject();
    const { key, versionId } = await vault.put(object);
    await vault.put(anObject({ key: `${key}-longer` }));
    await admin.removeObject(bucket, key);
    await admin.putObject(bucket, key, Buffer.from('rewritten'));
    await admin.removeObject(bucket, key);
    const versions = await vault.versions(key);
    expect(versions.map(({ isDeleteMarker, isLatest, size }) => [isDeleteMarker, isLatest, size])).toEqual([
      [true, true, 0],
      [false, false, 9],
      [true, false, 0],
      [false, false, 2000],
    ]);
    expect(versions.at(-1)!.versionId).toBe(versionId);
    expect(new Set(versions.map((version) => version.versionId)).size).toBe(4);
    const times = versions.map(({ lastModified }) => lastModified.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    // A delete marker is no version that one could keep.
    await expect(vault.getRetention(key, versions[0]!.versionId)).rejects.toEqual(
      failsWith('VAULT.OBJECT_NOT_FOUND', 'not-found'),
    );
  });

  it('lists a key once whatever its versions, also when a delete marker hides it', async () => {
    const keys = ['1', '2', '3'].map((name) => `_hidden/${name}`);
    for (const key of keys) await vault.put(anObject({ key }));
    await admin.putObject(bucket, keys[0]!, Buffer.from('rewritten'));
    await admin.removeObject(bucket, keys[1]!);
    for (let n = 0; n < 4; n += 1) await admin.putObject(bucket, keys[2]!, Buffer.from(`${n}`));
    await admin.removeObject(bucket, keys[2]!);
    expect(await collect(vault.listKeys('_hidden/'))).toEqual(keys);
    expect(await collect(vault.listKeys('_hidden/', { limit: 2 }))).toEqual(keys.slice(0, 2));
    expect(await collect(vault.listKeys('_hidden/', { limit: 1, after: keys[1]! }))).toEqual([keys[2]]);
    expect(await collect(vault.listKeys('_hidden/', { after: keys[2]! }))).toEqual([]);
  });

  it('lists more than one page, with keys that must be escaped in its markers', async () => {
    const keys = Array.from({ length: 1_203 }, (_, n) => `paged@clinic:7/${String(n).padStart(4, '0')}=x.json`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => admin.putObject(bucket, key, Buffer.from('x'))));
    }
    expect((await collect(vault.list('paged@clinic:'))).map(({ key }) => key)).toEqual(keys);
    expect(await collect(vault.listKeys('paged@clinic:'))).toEqual(keys);
    expect(await collect(vault.listKeys('paged@clinic:', { after: keys[100]! }))).toEqual(keys.slice(101));
  }, 60_000);

  it('begins a list near the end of many keys with one small request', async () => {
    const proxy = await startProxy();
    const near = await open(newBucket(), proxy.endpoint);
    const keys = Array.from({ length: 60 }, (_, n) => `_ledger/checkpoints/000/${String(n).padStart(3, '0')}`);
    await Promise.all(keys.map((key) => near.put(anObject({ key, bytes: Buffer.from('x') }))));
    const before = proxy.requests.length;
    expect(await collect(near.listKeys('_ledger/checkpoints/', { after: keys[56]!, limit: 2 }))).toEqual(
      keys.slice(57, 59),
    );
    const requests = proxy.requests.slice(before);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toContain('max-keys=3');
    expect(requests[0]).toContain(`key-marker=${encodeURIComponent(keys[56]!)}`);
    await near.close();
  });
});
