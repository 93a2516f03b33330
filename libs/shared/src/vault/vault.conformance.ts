import { hash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anObject, collect, failsWith, retainUntil, sameAs, type VaultUnderTest } from './objects.conformance.ts';
import { describeKeyLists } from './key-lists.conformance.ts';
import { describeRetention } from './retention.conformance.ts';
import { type Vault } from './vault.ts';

const taken = failsWith('VAULT.OBJECT_EXISTS', 'conflict');
const down = failsWith('VAULT.UNAVAILABLE', 'unavailable');

/** The suite that any vault must pass, whatever it stands on. What only one store can be asked stands in its own spec. */
export function describeVault(name: string, subject: VaultUnderTest): void {
  describe(`${name}: a vault`, () => {
    let vault: Vault;
    beforeAll(async () => {
      vault = await subject.openEmpty();
    });
    afterAll(() => vault.close());

    it('keeps an object and gives it back by its version', async () => {
      const object = anObject();
      const start = Date.now();
      const stored = await vault.put(object);
      expect(stored.storedAt.getTime()).toBeGreaterThanOrEqual(start);
      expect(stored.storedAt.getTime()).toBeLessThanOrEqual(Date.now());
      expect(stored).toEqual({
        key: object.key,
        versionId: expect.stringMatching(/./) as string,
        sha256: hash('sha256', object.bytes, 'hex'),
        size: 2000,
        uri: expect.stringMatching(`^${vault.scheme}://.*${object.key}\\?versionId=`) as string,
        retainUntil,
        storedAt: expect.any(Date) as Date,
      });
      expect(Buffer.from(await vault.get(object.key, stored.versionId)).equals(object.bytes)).toBe(true);
      expect(await vault.find(object.key)).toEqual(sameAs(stored));
    });

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['bytes that are no text', Buffer.from([0, 255, 254, 13, 10])],
      ['three megabytes', randomBytes(3_000_000)],
    ])('keeps %s as it is', async (_, bytes) => {
      const object = anObject({ bytes });
      const { versionId, size } = await vault.put(object);
      expect(size).toBe(bytes.length);
      expect(Buffer.from(await vault.get(object.key, versionId)).equals(bytes)).toBe(true);
    });

    it('does not mind what its caller does to the bytes afterwards', async () => {
      const bytes = Buffer.from('first');
      const object = anObject({ bytes });
      const { versionId } = await vault.put(object);
      bytes.fill('x');
      expect(Buffer.from(await vault.get(object.key, versionId)).toString()).toBe('first');
    });

    it('answers the same bytes again with the object that is there, and makes no second version', async () => {
      const object = anObject();
      const first = await vault.put(object);
      const later = new Date(retainUntil.getTime() + 60_000);
      expect(await vault.put({ ...object, retainUntil: later })).toEqual(sameAs(first));
      expect(await collect(vault.list(object.key))).toEqual([sameAs(first)]);
    });

    it('refuses other bytes under a key that is taken, and loses nothing', async () => {
      const object = anObject();
      const first = await vault.put(object);
      for (const bytes of [randomBytes(2000), Buffer.alloc(0), Buffer.concat([object.bytes, Buffer.from('x')])]) {
        await expect(vault.put({ ...object, bytes })).rejects.toEqual(taken);
      }
      expect(Buffer.from(await vault.get(object.key, first.versionId)).equals(object.bytes)).toBe(true);
      expect(await collect(vault.list(object.key))).toEqual([sameAs(first)]);
    });

    it('keeps one version when the same object is put eight times at once', async () => {
      const object = anObject();
      const stored = await Promise.all(Array.from({ length: 8 }, () => vault.put(object)));
      expect(new Set(stored.map(({ versionId }) => versionId)).size).toBe(1);
      expect(await collect(vault.list(object.key))).toEqual([sameAs(stored[0]!)]);
    });

    it('lets one of eight writers of different bytes win, and tells the others', async () => {
      const { key } = anObject();
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => vault.put(anObject({ key }))));
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
      expect(won).toHaveLength(1);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }): unknown => reason);
      expect(lost).toEqual(Array.from({ length: 7 }, () => taken));
      expect(await collect(vault.list(key))).toEqual(won.map(sameAs));
    });

    it('finds nothing where nothing was put', async () => {
      const object = anObject();
      expect(await vault.find(object.key)).toBeUndefined();
      await vault.put(object);
      expect(await vault.find(object.key.slice(0, -1))).toBeUndefined();
      expect(await vault.find('clinic-7/2026')).toBeUndefined();
    });

    it('does not take another version for the one that was asked', async () => {
      const object = anObject();
      const { versionId } = await vault.put(object);
      const missing = failsWith('VAULT.OBJECT_NOT_FOUND', 'not-found');
      await expect(vault.get(object.key, 'f'.repeat(64))).rejects.toEqual(missing);
      await expect(vault.get(object.key, 'no such version')).rejects.toEqual(missing);
      await expect(vault.get(anObject().key, versionId)).rejects.toEqual(missing);
    });

    it('lists by prefix, also one that ends within a name', async () => {
      const site = `site-${randomBytes(4).toString('hex')}`;
      const keys = [
        `${site}/2026/01/09/a.json`,
        `${site}/2026/01/10/b.json`,
        `${site}/2026/01/10/b.sig`,
        `${site}9/c:d@e.json`,
      ];
      for (const key of keys) await vault.put(anObject({ key }));
      const list = async (prefix: string): Promise<string[]> =>
        (await collect(vault.list(prefix))).map(({ key }) => key);
      expect(await list(site)).toEqual(keys);
      expect(await list(`${site}/`)).toEqual(keys.slice(0, 3));
      expect(await list(`${site}/2026/01/10/b`)).toEqual(keys.slice(1, 3));
      expect(await list(`${site}/2026/01/10/b.json`)).toEqual(keys.slice(1, 2));
      expect(await list(`${site}/2027`)).toEqual([]);
      expect(await list('')).toEqual(expect.arrayContaining(keys));
    });

    it.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      'a/./b',
      '.incoming/a',
      'a\\b',
      'a b',
      'a\u0000',
      'ä',
      'a%2e',
      'a?b',
      'a'.repeat(256),
      'a/'.repeat(450) + 'a',
    ])('refuses the key %j for everything', async (key) => {
      const badKey = failsWith('VAULT.BAD_KEY', 'invalid');
      await expect(vault.put(anObject({ key }))).rejects.toEqual(badKey);
      await expect(vault.get(key, 'v')).rejects.toEqual(badKey);
      await expect(vault.find(key)).rejects.toEqual(badKey);
      await expect(vault.versions(key)).rejects.toEqual(badKey);
      await expect(vault.getRetention(key, 'v')).rejects.toEqual(badKey);
      await expect(vault.extendRetention(key, 'v', retainUntil)).rejects.toEqual(badKey);
      await expect(vault.setLegalHold(key, 'v', true)).rejects.toEqual(badKey);
    });

    it('takes the longest key that it allows', async () => {
      const key = Array.from({ length: 6 }, (_, n) => `${n}`.repeat(149)).join('/');
      const stored = await vault.put(anObject({ key }));
      expect(await vault.find(key)).toEqual(sameAs(stored));
    });

    it.each(['..', '../', '/', 'a//', '.incoming'])('refuses to list the prefix %j', async (prefix) => {
      const badKey = failsWith('VAULT.BAD_KEY', 'invalid');
      await expect(collect(vault.list(prefix))).rejects.toEqual(badKey);
      await expect(collect(vault.listKeys(prefix))).rejects.toEqual(badKey);
      await expect(collect(vault.listKeys('', { after: prefix }))).rejects.toEqual(badKey);
    });

    it('says that it can be written to', async () => {
      await expect(vault.check()).resolves.toBeUndefined();
    });
  });

  describeKeyLists(name, subject);
  describeRetention(name, subject);

  describe(`${name}: a vault whose store is down`, () => {
    let vault: Vault;
    beforeAll(async () => {
      vault = await subject.openAndTakeDown();
    });
    afterAll(() => vault.close());

    // Nothing there must not look like nothing kept: a reader would take a lost disk for an empty vault.
    it.each<[string, (vault: Vault) => Promise<unknown>]>([
      ['put', (one) => one.put(anObject())],
      ['get', (one) => one.get(anObject().key, 'f'.repeat(64))],
      ['find', (one) => one.find(anObject().key)],
      ['list', (one) => collect(one.list(''))],
      ['listKeys', (one) => collect(one.listKeys(''))],
      ['versions', (one) => one.versions(anObject().key)],
      ['getRetention', (one) => one.getRetention(anObject().key, 'f'.repeat(64))],
      ['extendRetention', (one) => one.extendRetention(anObject().key, 'f'.repeat(64), retainUntil)],
      ['setLegalHold', (one) => one.setLegalHold(anObject().key, 'f'.repeat(64), true)],
      ['check', (one) => one.check()],
    ])('fails %s as unavailable, in time', async (_, call) => {
      const start = performance.now();
      await expect(call(vault)).rejects.toEqual(down);
      expect(performance.now() - start).toBeLessThan(subject.downWithinMs);
    });
  });
}
