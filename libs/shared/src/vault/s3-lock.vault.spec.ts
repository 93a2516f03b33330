import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anObject, failsWith, retainUntil, sameAs } from './objects.conformance.ts';
import { createS3Client } from './s3-client.ts';
import { admin, newBucket, open, store } from './s3-store.conformance.ts';
import { type Vault } from './vault.ts';

describe('the lock of an S3 vault', () => {
  const bucket = newBucket();
  let vault: Vault;
  beforeAll(async () => {
    vault = await open(bucket);
  });
  afterAll(() => vault.close());

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
      expect(await vault.find(stored.key)).toEqual(sameAs(stored));
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

  it('extends for the store, not only for itself: an administrator sees the new end and cannot go back', async () => {
    const { key, versionId } = await vault.put(anObject());
    const until = new Date(retainUntil.getTime() + 60_000);
    await vault.extendRetention(key, versionId, until);
    const mode = 'COMPLIANCE' as never;
    const lock = await admin.getObjectRetention(bucket, key, { versionId });
    expect(lock?.mode).toBe('COMPLIANCE');
    expect(new Date(lock!.retainUntilDate)).toEqual(until);
    await expect(
      admin.putObjectRetention(bucket, key, { versionId, mode, retainUntilDate: retainUntil.toISOString() }),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
    expect((await vault.getRetention(key, versionId)).retainUntil).toEqual(until);
  });

  it('extends what an administrator extended, and is refused where he went further', async () => {
    const { key, versionId } = await vault.put(anObject());
    const [soon, late] = [60_000, 120_000].map((after) => new Date(retainUntil.getTime() + after));
    const mode = 'COMPLIANCE' as never;
    await admin.putObjectRetention(bucket, key, { versionId, mode, retainUntilDate: late!.toISOString() });
    await expect(vault.extendRetention(key, versionId, soon!)).rejects.toEqual(
      failsWith('VAULT.RETENTION_SHORTENED', 'conflict'),
    );
    expect((await vault.find(key))?.retainUntil).toEqual(late);
  });

  it('lets nobody delete a version on legal hold whose retention is over, and lets go with the hold', async () => {
    const { key, versionId } = await vault.put(anObject({ retainUntil: new Date(Date.now() + 2_000) }));
    await vault.setLegalHold(key, versionId, true);
    const { retainUntil: end } = await vault.getRetention(key, versionId);
    await vi.waitUntil(() => Date.now() > end.getTime() + 1_000, { timeout: 5_000 });
    await expect(admin.removeObject(bucket, key, { versionId, governanceBypass: true })).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    expect(await vault.versions(key)).toHaveLength(1);
    await vault.setLegalHold(key, versionId, false);
    await admin.removeObject(bucket, key, { versionId });
    expect(await vault.versions(key)).toEqual([]);
  });

  it('holds one version of a key, not the newest in its place', async () => {
    const object = anObject();
    const { key, versionId } = await vault.put(object);
    await admin.putObject(bucket, key, Buffer.from('rewritten'));
    await vault.setLegalHold(key, versionId, true);
    await vault.extendRetention(key, versionId, new Date(retainUntil.getTime() + 60_000));
    const [newest] = await vault.versions(key);
    expect(await vault.getRetention(key, newest!.versionId)).toEqual({
      mode: 'none',
      retainUntil: new Date(0),
      legalHold: false,
    });
    expect((await vault.getRetention(key, versionId)).legalHold).toBe(true);
  });

  it('refuses a request of our own that would delete or unlock, however it is written', async () => {
    const { key, versionId } = await vault.put(anObject());
    const client = createS3Client({ ...store, bucket, region: 'us-east-1' });
    const xml = (mode: string, until: Date): Buffer =>
      Buffer.from(
        `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until.toISOString()}</RetainUntilDate></Retention>`,
      );
    const bypass = { 'x-amz-bypass-governance-retention': 'true' };
    const body = [
      xml('COMPLIANCE', new Date(Date.now() + 1_000)),
      xml('GOVERNANCE', retainUntil),
      Buffer.from('<Retention/>'),
    ];
    for (const attempt of body) {
      const answer = await client.send({
        method: 'PUT',
        key,
        versionId,
        query: { retention: '' },
        headers: bypass,
        body: attempt,
        expect: [400, 403],
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    const deletion = { method: 'DELETE' as never, key, versionId, headers: bypass, expect: [403] };
    expect((await client.send(deletion)).status).toBe(403);
    client.close();
    expect(await vault.getRetention(key, versionId)).toEqual({ mode: 'COMPLIANCE', retainUntil, legalHold: false });
    expect(await vault.versions(key)).toHaveLength(1);
  });
});
