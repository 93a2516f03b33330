import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anObject, collect, failsWith, retainUntil, sameAs, type VaultUnderTest } from './objects.conformance.ts';
import { type StoredObject, type Vault } from './vault.ts';

const later = (milliseconds: number): Date => new Date(retainUntil.getTime() + milliseconds);
const shortened = failsWith('VAULT.RETENTION_SHORTENED', 'conflict');

/** Retention and legal holds. */
export function describeRetention(name: string, subject: VaultUnderTest): void {
  describe(`${name}: a vault's retention`, () => {
    let vault: Vault;
    beforeAll(async () => {
      vault = await subject.openEmpty();
    });
    afterAll(() => vault.close());
    const putOne = (): Promise<StoredObject> => vault.put(anObject());
    const mode = expect.stringMatching(/^(COMPLIANCE|write-once)$/) as unknown;

    it('is the one that the object was put with, and no hold', async () => {
      const { key, versionId } = await putOne();
      expect(await vault.getRetention(key, versionId)).toEqual({ mode, retainUntil, legalHold: false });
    });

    it('can be extended, again and again, and everyone sees it', async () => {
      const object = anObject();
      const stored = await vault.put(object);
      const { key, versionId } = stored;
      for (const until of [later(60_000), later(86_400_000)]) {
        expect(await vault.extendRetention(key, versionId, until)).toEqual({
          mode,
          retainUntil: until,
          legalHold: false,
        });
        expect((await vault.getRetention(key, versionId)).retainUntil).toEqual(until);
        const extended = sameAs({ ...stored, retainUntil: until });
        expect(await vault.find(key)).toEqual(extended);
        expect(await vault.put(object)).toEqual(extended);
        expect(await collect(vault.list(key))).toEqual([extended]);
      }
      expect(Buffer.from(await vault.get(key, versionId)).equals(object.bytes)).toBe(true);
    });

    it('is never shortened, not even by a second, and not back to what it was at first', async () => {
      const { key, versionId } = await putOne();
      await expect(vault.extendRetention(key, versionId, later(-1000))).rejects.toEqual(shortened);
      await vault.extendRetention(key, versionId, later(60_000));
      for (const until of [later(59_000), retainUntil, new Date(0)]) {
        await expect(vault.extendRetention(key, versionId, until)).rejects.toEqual(shortened);
      }
      expect((await vault.getRetention(key, versionId)).retainUntil).toEqual(later(60_000));
    });

    it('stays as it is when it is extended to the end that it has', async () => {
      const { key, versionId } = await putOne();
      const same = { mode, retainUntil, legalHold: false };
      expect(await vault.extendRetention(key, versionId, retainUntil)).toEqual(same);
      expect(await vault.getRetention(key, versionId)).toEqual(same);
    });

    it('ends at the latest of eight ends that were asked for at once', async () => {
      const { key, versionId } = await putOne();
      const ends = Array.from({ length: 8 }, (_, n) => later(((n * 3) % 8) * 60_000));
      const outcomes = await Promise.allSettled(ends.map((until) => vault.extendRetention(key, versionId, until)));
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toEqual(shortened);
      }
      expect((await vault.getRetention(key, versionId)).retainUntil).toEqual(later(7 * 60_000));
    });

    it('takes a legal hold and lets go of it, and the end stays what it was', async () => {
      const { key, versionId } = await putOne();
      for (const legalHold of [true, true, false, false, true]) {
        const expected = { mode, retainUntil, legalHold };
        expect(await vault.setLegalHold(key, versionId, legalHold)).toEqual(expected);
        expect(await vault.getRetention(key, versionId)).toEqual(expected);
      }
      const until = later(60_000);
      const held = { mode, retainUntil: until, legalHold: true };
      expect(await vault.extendRetention(key, versionId, until)).toEqual(held);
    });

    it('is that of one object: its neighbour keeps its own', async () => {
      const [one, other] = [await putOne(), await putOne()];
      await vault.setLegalHold(one.key, one.versionId, true);
      await vault.extendRetention(one.key, one.versionId, later(60_000));
      expect(await vault.getRetention(other.key, other.versionId)).toEqual({ mode, retainUntil, legalHold: false });
    });

    it('is unknown for a version that the vault does not hold, and nothing is made of it', async () => {
      const { key, versionId } = await putOne();
      const missing = failsWith('VAULT.OBJECT_NOT_FOUND', 'not-found');
      for (const [one, version] of [
        [key, 'f'.repeat(64)],
        [key, 'no such version'],
        [anObject().key, versionId],
      ] as const) {
        await expect(vault.getRetention(one, version)).rejects.toEqual(missing);
        await expect(vault.extendRetention(one, version, later(60_000))).rejects.toEqual(missing);
        await expect(vault.setLegalHold(one, version, true)).rejects.toEqual(missing);
      }
      expect(await vault.getRetention(key, versionId)).toEqual({ mode, retainUntil, legalHold: false });
    });
  });
}
