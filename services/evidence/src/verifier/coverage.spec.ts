import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import type { Coverage } from '../domain/kit/derive/measure-coverage.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import { filesOf, textOf } from '../features/export-kit/alter-kit.ts';
import { sampleKey, sampleKit, SampleLedger, sampleParties } from '../features/export-kit/sample-kit.ts';
import { sampleEvent, samplePrologue, sampleStory } from '../features/export-kit/sample-story.ts';
import { verifyKitZip } from './verify-kit.ts';

const parties = sampleParties();
const { siteId: site_id, hostId: host_id } = parties;

/** What verifier, list and report of a kit say is missing. */
async function coverageOf(ledger: SampleLedger, omit?: (event: EventEnvelope) => boolean) {
  const kit = await sampleKit(ledger, site_id, omit && { omit });
  const { outcome, gaps } = verifyKitZip(kit, { ledgerKey: sampleKey.verifierKey });
  const files = filesOf(kit);
  return {
    outcome,
    gaps,
    coverage: JSON.parse(textOf(files, kitNames.coverage)) as Coverage,
    report: textOf(files, kitNames.report),
  };
}

const silent = (last_checkin: string, host = host_id) =>
  sampleEvent('orders.appliance-silent.v1', {
    id: `silent:${host}@${last_checkin}`,
    subject: site_id,
    at: new Date(Date.parse(last_checkin) + 900_000),
    data: {
      site_id,
      host_id: host,
      last_checkin,
      noticed_at: new Date(Date.parse(last_checkin) + 900_000).toISOString(),
    },
  });
const returned = (silent_since: string, returned_at: string) =>
  sampleEvent('orders.appliance-returned.v1', {
    id: `returned:${host_id}@${silent_since}`,
    subject: site_id,
    at: new Date(returned_at),
    data: { site_id, host_id, silent_since, returned_at },
  });

describe('the coverage of a kit', () => {
  it('names appliances that stopped reporting, from when to when, or that they have not come back', async () => {
    const ledger = new SampleLedger();
    ledger.say(
      ...samplePrologue(parties),
      silent('2026-11-21T11:00:00.000Z'),
      returned('2026-11-21T11:00:00.000Z', '2026-11-21T13:00:00.000Z'),
      silent('2026-11-21T14:00:00.000Z', 'box-2'),
      // Both over before the range began, and begun after it ended: of no concern to it.
      silent('2026-11-20T11:00:00.000Z'),
      returned('2026-11-20T11:00:00.000Z', '2026-11-20T12:00:00.000Z'),
      silent('2026-11-23T11:00:00.000Z'),
    );
    const { outcome, gaps, coverage, report } = await coverageOf(ledger);
    expect([outcome, gaps]).toEqual(['holds', ['2 times an appliance was silent']]);
    expect(coverage.appliances_silent).toEqual([
      { host_id, from: '2026-11-21T11:00:00.000Z', to: '2026-11-21T13:00:00.000Z' },
      { host_id: 'box-2', from: '2026-11-21T14:00:00.000Z', to: null },
    ]);
    expect(report).toContain('box-2');
  });

  it('names positions of the chain that are missing between its first and its last, one by one and in a row', async () => {
    const ledger = new SampleLedger();
    ledger.tell(7, parties);
    const lost = new Set([2, 4, 5].map((position) => sampleStory(position - 1, parties).submission.data.evidence_id));
    const { outcome, gaps, coverage, report } = await coverageOf(
      ledger,
      ({ type, data }) => type === 'evidence.recorded.v1' && lost.has((data as { evidence_id: string }).evidence_id),
    );
    expect(outcome).toBe('holds');
    expect(gaps.slice(0, 2)).toEqual([
      'position 2 of the chain is missing',
      'positions 4 to 5 of the chain are missing',
    ]);
    expect(coverage.chain).toEqual({
      bundles: 4,
      first_position: 1,
      last_position: 7,
      missing_positions: [
        [2, 2],
        [4, 5],
      ],
    });
    expect(coverage.bundles_not_sealed).toHaveLength(3);
    expect(report).toContain('missing');
  });

  it('names orders without evidence, and how they ended', async () => {
    const ledger = new SampleLedger();
    ledger.say(...samplePrologue(parties));
    const [open, expired, done] = [0, 1, 2].map((n) => sampleStory(n, parties)) as [
      ReturnType<typeof sampleStory>,
      ReturnType<typeof sampleStory>,
      ReturnType<typeof sampleStory>,
    ];
    ledger.say(...open.before, ...expired.before, ...done.before);
    const [closed] = expired.after as EventEnvelope<'orders.closed.v1'>[];
    ledger.say({ ...closed!, data: { ...closed!.data, status: 'expired', evidence_id: null } });
    ledger.seal(done.submission, parties.appliance.publicKey);
    ledger.say(...done.after);
    const { outcome, gaps, coverage, report } = await coverageOf(ledger);
    expect([outcome, gaps]).toEqual(['holds', ['2 orders have no evidence']]);
    expect(coverage.orders).toBe(3);
    expect(coverage.orders_without_evidence).toMatchObject([
      { order_id: open.orderId, host_id, status: null },
      { order_id: expired.orderId, host_id, status: 'expired' },
    ]);
    expect(report).toContain(open.orderId);
  });

  it('of a quiet time says that nothing is missing', async () => {
    const ledger = new SampleLedger();
    ledger.say(...samplePrologue(parties));
    expect(await coverageOf(ledger)).toMatchObject({ outcome: 'holds', gaps: [], coverage: { orders: 0 } });
  });
});
