import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { nodeEd25519, type Signer } from '@countersign/shared/crypto';
import { filesOf, problemsOf, putText, textOf, zipOf } from '../src/features/export-kit/alter-kit.ts';
import { sampleParties } from '../src/features/export-kit/sample-kit.ts';
import { sampleStory } from '../src/features/export-kit/sample-story.ts';
import { verifyKitZip } from '../src/verifier/verify-kit.ts';
import { type Fleet, startFleet } from './start-fleet.ts';
import { ledgerKey } from './start-publisher.ts';
import { checkpointBefore, cosignCheckpoint } from './witness-checkpoint.ts';

const known = { ledgerKey: ledgerKey.verifierKey };
const parties = sampleParties('kit-site');
const other = { ...sampleParties('other-site'), hostId: 'box-2' };
/** All stories lie in it; evidence is chained by the clock of the service, which is later. */
const question = { site_id: parties.siteId, from: '2026-11-21T09:00:00+00:00', to: '2100-01-01T00:00:00Z' };
const stories = 50;

let fleet: Fleet;
let head: number;
let kit: Uint8Array;

beforeAll(async () => {
  fleet = await startFleet({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') });
  await fleet.tell(other, 0, 2);
  head = await fleet.tell(parties, 0, stories);
  kit = await fleet.export({ ...question, head });
}, 120_000);

afterAll(async () => {
  await fleet?.stop();
});

describe('the kit of a site', () => {
  it('holds, with everything that happened to 50 incidents and nothing of another site', () => {
    const verdict = verifyKitZip(kit, known);
    expect(verdict.checks.flatMap(({ check, problems }) => problems.map((problem) => [check, problem]))).toEqual([]);
    expect(verdict).toMatchObject({
      outcome: 'holds',
      gaps: [],
      kit: { site_id: parties.siteId, bundles: stories, orders: stories, ledger_size: head },
    });
    // Per story nine leaves; the two keys, the appliance.
    expect(verdict.kit!.leaves).toBe(stories * 9 + 3);
    expect(Buffer.from(kit).includes('other-site')).toBe(false);
  });

  it('is the same, byte for byte, while the ledger grows', async () => {
    const [again] = await Promise.all([fleet.export({ ...question, head }), fleet.tell(parties, stories, stories + 5)]);
    expect(Buffer.compare(again, kit)).toBe(0);
    const later = await fleet.export({ ...question, head });
    expect(Buffer.compare(later, kit)).toBe(0);
    const newest = await fleet.export(question);
    expect(verifyKitZip(newest, known)).toMatchObject({ outcome: 'holds', kit: { bundles: stories + 5 } });
  });

  it('of a part of the range has what stands behind it, and no more', async () => {
    const story = sampleStory(3, parties);
    const [first, last] = [story.before[0]!.time, story.before.at(-1)!.time];
    const part = await fleet.export({
      ...question,
      from: first,
      to: new Date(Date.parse(last) + 1).toISOString(),
      head,
    });
    const verdict = verifyKitZip(part, known);
    expect(verdict).toMatchObject({ outcome: 'holds', kit: { orders: 1, bundles: 1, leaves: 9 + 3 } });
    expect([...filesOf(part).keys()]).toContain(`orders/${story.orderId}.json`);
  });

  it('of a time in which nothing happened is a kit as well', async () => {
    const empty = await fleet.export({ ...question, from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z', head });
    expect(verifyKitZip(empty, known)).toMatchObject({ outcome: 'holds', gaps: [], kit: { bundles: 0, leaves: 3 } });
  });

  it('is refused for a range that ends before it begins, and for a head that was never published', async () => {
    await expect(fleet.export({ ...question, to: question.from })).rejects.toMatchObject({ code: 'REQUEST.INVALID' });
    await expect(fleet.export({ ...question, head: 10_000_000 })).rejects.toMatchObject({ code: 'LEDGER.BEYOND_HEAD' });
    const { rows } = await fleet.pool.query<{ size: number }>('select size::int from ledger_checkpoints');
    const sizes = new Set(rows.map(({ size }) => size));
    const unpublished = Array.from({ length: head }, (_, n) => n + 1).find((size) => !sizes.has(size))!;
    await expect(fleet.export({ ...question, head: unpublished })).rejects.toMatchObject({ code: 'LEDGER.NOT_FOUND' });
  });

  it('of a site that the ledger does not know is refused, lest a mistyped name looks like a quiet site', async () => {
    const mistyped = { ...question, site_id: 'kit-stie' };
    await expect(fleet.export(mistyped)).rejects.toMatchObject({ code: 'LEDGER.NOT_FOUND' });
    const before = { ...question, site_id: parties.siteId, head: (await checkpointBefore(fleet.pool, head)).size };
    expect(verifyKitZip(await fleet.export(before), known).outcome).toBe('holds');
  });

  it('names a bundle that the vault does not hold any more, or holds otherwise, instead of hiding it', async () => {
    const get = fleet.vault.get.bind(fleet.vault);
    const [first, second] = await fleet.vault.objects(`${parties.siteId}/`);
    try {
      fleet.vault.get = async (key, version) => {
        if (key === first!.key)
          throw Object.assign(new Error('gone'), { code: 'VAULT.OBJECT_NOT_FOUND', kind: 'not-found' });
        const bytes = Buffer.from(await get(key, version));
        if (key === second!.key) bytes.write('X', 20);
        return bytes;
      };
      const damaged = verifyKitZip(await fleet.export({ ...question, head }), known);
      expect(damaged.outcome).toBe('fails');
      const problems = problemsOf(damaged, 'bundles').join('\n');
      expect(problems).toContain('its bundle_id is bundlX-');
      expect(problems).toMatch(/^bundles\/\d{9}\.json: it is missing: leaf \d+ says that it was sealed$/m);
    } finally {
      fleet.vault.get = get;
    }
  });
});

describe('a kit with witnesses', () => {
  it('carries what appliances cosigned before the head, and not what came after', async () => {
    const checkpoint = await checkpointBefore(fleet.pool, head);
    const [stranger, late] = ['77', '78'].map((byte) => nodeEd25519.createSigner(byte.repeat(32))) as [Signer, Signer];
    await cosignCheckpoint(fleet.pool, checkpoint, { signer: parties.appliance, siteId: parties.siteId });
    await cosignCheckpoint(fleet.pool, checkpoint, { signer: stranger, siteId: 'elsewhere' });
    await cosignCheckpoint(fleet.pool, checkpoint, { signer: late, siteId: 'elsewhere', receivedAt: 'now()' });
    const witnessed = await fleet.export({ ...question, head });
    const verdict = verifyKitZip(witnessed, known);
    expect(verdict.checks.flatMap(({ problems }) => problems)).toEqual([]);
    const check = verdict.checks.find((one) => one.check === 'witnesses')!;
    expect(check).toMatchObject({ examined: 4 });
    expect(check.notes[0]).toContain('2 appliances saw an earlier state: 1 of this site');

    const name = `ledger/checkpoints/${String(checkpoint.size).padStart(12, '0')}`;
    const files = filesOf(witnessed);
    const cosigned = textOf(files, `${name}.cosigned`);
    putText(
      files,
      `${name}.cosigned`,
      cosigned.replace(
        /(witness[^ ]+ .{20})(.)/,
        (_, start: string, letter: string) => start + (letter === 'A' ? 'B' : 'A'),
      ),
    );
    const forged = verifyKitZip(await zipOf(files), known);
    expect(problemsOf(forged, 'witnesses').join()).toContain(
      '.cosigned: the cosignature of witness.countersign.invalid/',
    );
    putText(files, `${name}.cosigned`, cosigned);
    const proof = JSON.parse(textOf(files, `${name}.consistency.json`)) as { proof: string[] };
    putText(
      files,
      `${name}.consistency.json`,
      `${JSON.stringify({ from: checkpoint.size, to: head, proof: proof.proof.toReversed() }, null, 2)}\n`,
    );
    expect(problemsOf(verifyKitZip(await zipOf(files), known), 'witnesses').join()).toContain(
      'it does not prove that the first',
    );
  }, 60_000);
});
