import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { filesOf, textOf } from '../src/features/export-kit/alter-kit.ts';
import { sampleParties } from '../src/features/export-kit/sample-kit.ts';
import { sampleEvent, sampleStory } from '../src/features/export-kit/sample-story.ts';
import type { Silence } from '../src/domain/kit/derive/find-silences.ts';
import { verifyKitZip } from '../src/verifier/verify-kit.ts';
import { type Fleet, startFleet } from './start-fleet.ts';
import { ledgerKey } from './start-publisher.ts';

const parties = sampleParties('gap-site');
const range = { site_id: parties.siteId, from: '2026-11-21T09:00:00Z', to: '2100-01-01T00:00:00Z' };

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet({ adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') });
  await fleet.tell(parties, 0, 2);
}, 60_000);

afterAll(() => fleet?.stop());

async function readCoverage() {
  const kit = await fleet.export(range);
  const { outcome, gaps, checks } = verifyKitZip(kit, { ledgerKey: ledgerKey.verifierKey });
  expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
  return { outcome, gaps, coverage: JSON.parse(textOf(filesOf(kit), 'coverage.json')) as Record<string, unknown> };
}

describe('what is missing when a kit is made', () => {
  it('is named: a bundle that the vault has not taken yet, between two that it has', async () => {
    const [waiting, sealed] = [sampleStory(2, parties), sampleStory(3, parties)];
    const original = fleet.vault.put.bind(fleet.vault);
    const put = vi.spyOn(fleet.vault, 'put').mockImplementation((object) => {
      if (object.key.includes(waiting.submission.data.bundle_id)) throw new Error('the disk is full for this one');
      return original(object);
    });
    try {
      await fleet.say([...waiting.before, ...sealed.before]);
      await fleet.gateway.handIn(waiting.submission);
      await fleet.gateway.handIn(sealed.submission);
      await fleet.published([`recorded:${sealed.submission.data.evidence_id}`]);
      const { outcome, gaps, coverage } = await readCoverage();
      expect(outcome).toBe('holds');
      expect(gaps).toContain('position 3 of the chain is missing');
      expect(coverage).toMatchObject({
        chain: { bundles: 3, first_position: 1, last_position: 4, missing_positions: [[3, 3]] },
        bundles_not_sealed: [{ bundle_id: 'bundle-2' }],
      });
    } finally {
      put.mockRestore();
    }
    await fleet.say([...waiting.after, ...sealed.after]);
    await fleet.published([`recorded:${waiting.submission.data.evidence_id}`, waiting.after.at(-1)!.id]);
    expect(await readCoverage()).toMatchObject({ gaps: [], coverage: { chain: { missing_positions: [] } } });
  });

  it('is named: an order without evidence, and an appliance that is silent', async () => {
    const { siteId: site_id, hostId: host_id } = parties;
    const unanswered = sampleStory(4, parties);
    const at = new Date('2026-11-21T12:00:00.000Z');
    const quiet = { site_id, host_id, last_checkin: '2026-11-21T11:00:00.000Z', noticed_at: at.toISOString() };
    const silent = sampleEvent('orders.appliance-silent.v1', { id: 'silent:gap', subject: site_id, at, data: quiet });
    await fleet.say([...unanswered.before, silent]);
    await fleet.published([...unanswered.before, silent].map(({ id }) => id));
    expect(await readCoverage()).toMatchObject({
      outcome: 'holds',
      gaps: ['1 order has no evidence', '1 time an appliance was silent'],
      coverage: {
        orders_without_evidence: [{ order_id: unanswered.orderId, status: null }],
        appliances_silent: [{ host_id, from: '2026-11-21T11:00:00.000Z', to: null }],
      },
    });
  });

  it('has the silences that reach into the range, with their end, and not all that ever were', async () => {
    const { siteId: site_id } = parties;
    const at = (hour: number) => new Date(Date.UTC(2026, 5, 1, hour));
    const events = ['box-a', 'box-b'].flatMap((host_id, n) =>
      [0, 4, 8, 12, 16].flatMap((hour) => {
        const [since, noticed, back] = [at(hour + n), at(hour + n + 1), at(hour + n + 3)].map((time) =>
          time.toISOString(),
        ) as [string, string, string];
        const box = { site_id, host_id };
        const name = `${host_id}@${since}`;
        const silent = { ...box, last_checkin: since, noticed_at: noticed };
        const returned = { ...box, silent_since: since, returned_at: back };
        return [
          sampleEvent('orders.appliance-silent.v1', {
            id: `s:${name}`,
            subject: site_id,
            at: new Date(noticed),
            data: silent,
          }),
          sampleEvent('orders.appliance-returned.v1', {
            id: `r:${name}`,
            subject: site_id,
            at: new Date(back),
            data: returned,
          }),
        ];
      }),
    );
    for (const event of events) await fleet.say([event]);
    await fleet.published(events.map(({ id }) => id));
    const silencesIn = async (from: number, to: number) => {
      const kit = await fleet.export({ site_id, from: at(from).toISOString(), to: at(to).toISOString() });
      expect(verifyKitZip(kit, { ledgerKey: ledgerKey.verifierKey }).outcome).toBe('holds');
      const leaves = [...filesOf(kit)].filter(([name]) => /^leaves\/\d+\.json$/.test(name));
      const told = leaves.filter(([, bytes]) => Buffer.from(bytes).includes('orders.appliance-'));
      const coverage = JSON.parse(textOf(filesOf(kit), 'coverage.json')) as { appliances_silent: Silence[] };
      return {
        silences: coverage.appliances_silent.map(({ host_id, from: since, to: back }) =>
          [host_id, new Date(since).getUTCHours(), back && new Date(back).getUTCHours()].join(' '),
        ),
        leaves: told.length,
      };
    };
    // Of a from 8 to 11, of b from 9 to 12; registered before.
    expect(await silencesIn(10, 11)).toMatchObject({ silences: ['box-a 8 11', 'box-b 9 12'] });
    expect(await silencesIn(8, 9)).toMatchObject({ silences: ['box-b 5 8', 'box-a 8 11'] });
    expect(await silencesIn(11, 12)).toMatchObject({ silences: ['box-a 8 11', 'box-b 9 12'] });
    // Of the 20: the last before and the next two after of each box. And the registered one, with its silence of later.
    expect((await silencesIn(10, 11)).leaves).toBeLessThan(10);
  });
});
