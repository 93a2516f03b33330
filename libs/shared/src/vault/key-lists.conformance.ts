import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anObject, collect, type VaultUnderTest } from './objects.conformance.ts';
import { type ListKeysOptions, type Vault } from './vault.ts';

/** In the order of their code units: `-` and `.` before `/`, digits after it, `_` between the cases. */
const names = ['A', 'Z/z', '_a', '_z/0', 'b-1', 'b.json', 'b/0', 'b/_/1', 'b/a.json', 'b/a/x', 'b/a0', 'b0', 'b_', 'c'];

/** `listKeys` and `versions`. */
export function describeKeyLists(name: string, subject: VaultUnderTest): void {
  describe(`${name}: a vault's lists of keys`, () => {
    let vault: Vault;
    const root = `_ledger/${randomBytes(4).toString('hex')}`;
    const keys = names.map((one) => `${root}/${one}`);
    beforeAll(async () => {
      vault = await subject.openEmpty();
      for (const key of keys.toReversed()) await vault.put(anObject({ key, bytes: Buffer.from('x') }));
    });
    afterAll(() => vault.close());
    const list = (prefix: string, options?: ListKeysOptions): Promise<string[]> =>
      collect(vault.listKeys(prefix, options));

    it('gives keys in the order of their code units, folders among the names', async () => {
      expect(keys).toEqual(keys.toSorted());
      expect(await list(`${root}/`)).toEqual(keys);
      expect(await list('')).toEqual(keys);
      expect(await list('_ledger')).toEqual(keys);
      expect(await list(`${root}/b/a`)).toEqual(keys.filter((key) => key.startsWith(`${root}/b/a`)));
      expect(await list(`${root}/b`)).toEqual(keys.filter((key) => key.startsWith(`${root}/b`)));
      expect(await list(`${root}/d`)).toEqual([]);
    });

    it('begins after any text, whether it is a key, the beginning of one, or lies between two', async () => {
      const marks = keys.flatMap((key) => [key, key.slice(0, -1), `${key}0`]);
      for (const after of [...marks, '_', 'A', 'zzz', `${root}/`, `${root}/b/`, `${root}/b/a/`, `${root}/b/a/y/z`]) {
        expect([after, await list(`${root}/`, { after })]).toEqual([after, keys.filter((key) => key > after)]);
      }
      const after = `${root}/b/_`;
      expect(await list(`${root}/b`, { after })).toEqual(
        keys.filter((key) => key > after && key.startsWith(`${root}/b`)),
      );
    });

    it('gives no more keys than asked for', async () => {
      expect(await list(root, { limit: 3 })).toEqual(keys.slice(0, 3));
      expect(await list(root, { limit: 1, after: keys[3]! })).toEqual([keys[4]]);
      expect(await list(root, { limit: 0 })).toEqual([]);
      expect(await list(root, { limit: 5000 })).toEqual(keys);
    });

    it('can be stopped halfway', async () => {
      for await (const key of vault.listKeys(root)) {
        expect(key).toBe(keys[0]);
        break;
      }
    });

    it('names the one version of an object that was put once', async () => {
      const object = anObject();
      const { versionId, storedAt } = await vault.put(object);
      const versions = await vault.versions(object.key);
      expect(versions).toEqual([
        { versionId, isDeleteMarker: false, isLatest: true, size: 2000, lastModified: expect.any(Date) as Date },
      ]);
      expect(Math.abs(versions[0]!.lastModified.getTime() - storedAt.getTime())).toBeLessThan(2000);
    });

    it('names no version where nothing was put, not even that of a longer key', async () => {
      const object = anObject();
      await vault.put(object);
      expect(await vault.versions(object.key.slice(0, -1))).toEqual([]);
      expect(await vault.versions('clinic-7/2026')).toEqual([]);
    });
  });
}
