import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, type FaultyS3 } from './faulty-s3.ts';
import { anObject, collect, failsWith, retainUntil, sameAs } from './objects.conformance.ts';
import { openBehind, startProxy } from './s3-store.conformance.ts';
import { type Vault } from './vault.ts';

describe('an S3 vault on a bad day', () => {
  let proxy: FaultyS3;
  let vault: Vault;
  beforeAll(async () => {
    proxy = await startProxy();
    vault = await openBehind(proxy, 2000);
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

  it('says when the store answered, though what it kept was not what it got', async () => {
    proxy.fault = 'garble-answer';
    const times: Date[] = [];
    const start = Date.now();
    await expect(vault.put(anObject(), { onStored: (time) => times.push(time) })).rejects.toThrow('bytes differ');
    proxy.fault = 'unavailable';
    await expect(vault.put(anObject(), { onStored: (time) => times.push(time) })).rejects.toThrow();
    proxy.fault = 'none';
    expect(times).toHaveLength(1);
    expect(times[0]!.getTime()).toBeGreaterThanOrEqual(start);
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
    expect(await collect(vault.list(object.key))).toEqual([sameAs(stored)]);
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

  it('sends the checksum that Object Lock asks for with each change of a lock', async () => {
    const object = anObject();
    const { key, versionId } = await vault.put(object);
    const before = proxy.puts.length;
    await vault.extendRetention(key, versionId, new Date(retainUntil.getTime() + 60_000));
    await vault.setLegalHold(key, versionId, true);
    const sums = proxy.puts.slice(before).map((headers) => headers['content-md5']);
    expect(sums).toEqual([expect.stringMatching(/^[\w+/]{22}==$/), expect.stringMatching(/^[\w+/]{22}==$/)]);
  });

  it.each<[Fault, string]>([
    ['swallow-change', 'VAULT.READ_BACK_MISMATCH'],
    ['garble-upload', 'VAULT.UNAVAILABLE'],
    ['unavailable', 'VAULT.UNAVAILABLE'],
    ['hang', 'VAULT.UNAVAILABLE'],
  ])('never says that a lock was changed when the store does this: %s', async (fault, code) => {
    const { key, versionId } = await vault.put(anObject());
    const until = new Date(retainUntil.getTime() + 60_000);
    proxy.fault = fault;
    await expect(vault.extendRetention(key, versionId, until)).rejects.toEqual(failsWith(code, 'unavailable'));
    await expect(vault.setLegalHold(key, versionId, true)).rejects.toEqual(failsWith(code, 'unavailable'));
    proxy.fault = 'none';
    expect(await vault.getRetention(key, versionId)).toEqual({ mode: 'COMPLIANCE', retainUntil, legalHold: false });
    await vault.extendRetention(key, versionId, until);
    const changed = { mode: 'COMPLIANCE', retainUntil: until, legalHold: true };
    expect(await vault.setLegalHold(key, versionId, true)).toEqual(changed);
  });

  it('says so in its check, and recovers', async () => {
    proxy.fault = 'unavailable';
    await expect(vault.check()).rejects.toEqual(failsWith('VAULT.UNAVAILABLE', 'unavailable'));
    proxy.fault = 'none';
    await expect(vault.check()).resolves.toBeUndefined();
  });
});
