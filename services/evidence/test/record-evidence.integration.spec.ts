import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { mapBounded } from '../src/features/seal-bundles/map-bounded.ts';
import {
  type Enrolment,
  enrolment,
  type Evidence,
  openTestVault,
  signerOf,
  startEvidence,
  submitted,
  type TestVault,
} from './start-evidence.ts';

let database: TestDatabase;
let vault: TestVault;
let orders: Enrolment;
let evidence: Evidence;
let replica: Evidence;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  vault = await openTestVault();
  orders = enrolment();
  evidence = startEvidence(database.databaseUrl, vault, orders);
  replica = startEvidence(database.databaseUrl, vault, orders);
});

afterAll(async () => {
  await Promise.all([evidence?.stop(), replica?.stop()]);
  await vault?.remove();
  await database?.drop();
});

async function rowsOf(table: string, siteId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await evidence.pool.query(`select * from ${table} where site_id = $1`, [siteId]);
  return rows as Record<string, unknown>[];
}

async function inOutbox(type: string): Promise<string[]> {
  const { rows } = await evidence.pool.query<{ id: string }>(
    `select event ->> 'id' as id from outbox, jsonb_array_elements(payload::jsonb) event where subject = $1`,
    [type],
  );
  return rows.map((row) => row.id);
}

describe('recording', () => {
  it('chains a signed bundle, says which key vouched for it, and answers the gateway', async () => {
    const signer = signerOf(1);
    orders.keys!.set('signed/box-1', signer.publicKey);
    const event = submitted({ site_id: 'signed' }, signer);
    await evidence.record([event]);
    const [bundle] = await rowsOf('bundles', 'signed');
    expect(bundle).toMatchObject({
      evidence_id: event.data.evidence_id,
      document: event.data.document,
      public_key: signer.publicKey,
      signature: event.data.signature,
      position: '1',
      trace_id: event.traceparent!.slice(3, 35),
      timestamp_end: event.data.timestamp_end,
      hipaa_controls: JSON.stringify(event.data.hipaa_controls),
    });
    expect(evidence.replyTo(event.id)).toEqual([
      {
        id: event.id,
        outcome: 'accepted',
        evidence_id: event.data.evidence_id,
        uri: null,
        recorded_at: (bundle!['recorded_at'] as Date).toISOString(),
      },
    ]);
    expect(await evidence.checkChain('signed')).toEqual({ links: 1, faults: [] });
  });

  it('refuses a forged and an unsigned bundle of an enrolled appliance, records both, and keeps their ids free', async () => {
    const signer = signerOf(2);
    orders.keys!.set('forged/box-1', signer.publicKey);
    const forged = submitted({ site_id: 'forged', bundle_id: 'b' }, signerOf(3));
    const unsigned = submitted({ site_id: 'forged', bundle_id: 'b' });
    const good = submitted({ site_id: 'forged', bundle_id: 'b', outcome: 'failed' }, signer);
    await evidence.record([forged, unsigned, good]);
    const codes = ['EVIDENCE.SIGNATURE_INVALID', 'EVIDENCE.SIGNATURE_REQUIRED'];
    expect((await rowsOf('refusals', 'forged')).map((row) => [row['event_id'], row['error_code']])).toEqual([
      [forged.id, codes[0]],
      [unsigned.id, codes[1]],
    ]);
    expect(evidence.replyTo(forged.id)).toMatchObject([{ error: { code: codes[0], kind: 'unprocessable' } }]);
    expect(evidence.replyTo(good.id)).toMatchObject([{ outcome: 'accepted' }]);
    expect(evidence.saidEvents('evidence.refused.v1')).toMatchObject([
      {
        id: `refused:${forged.id}`,
        subject: 'forged',
        traceparent: forged.traceparent,
        data: { error_code: codes[0] },
      },
      { id: `refused:${unsigned.id}`, data: { error_code: codes[1] } },
    ]);
    expect(await inOutbox('evidence.refused.v1')).toEqual(expect.arrayContaining([`refused:${forged.id}`]));
    expect(await evidence.checkChain('forged')).toEqual({ links: 1, faults: [] });
  });

  it('refuses a clock that is ahead like a forgery, records it, and takes the same bundle once its time has come', async () => {
    const signer = signerOf(20);
    orders.keys!.set('ahead/box-1', signer.publicKey);
    const times = { timestamp_start: '2026-11-21T10:00:00Z', timestamp_end: '2026-11-21T10:02:30Z' };
    const bundle = { site_id: 'ahead', bundle_id: 'b', ...times };
    const early = submitted({ ...bundle, submitted_at: '2026-11-21T10:00:29.999Z' }, signer);
    const later = submitted({ ...bundle, submitted_at: '2026-11-21T10:00:30.000Z' }, signer);
    await evidence.record([early]);
    await evidence.record([early]);
    expect(await rowsOf('bundles', 'ahead')).toEqual([]);
    expect(await rowsOf('refusals', 'ahead')).toMatchObject([
      { event_id: early.id, error_code: 'EVIDENCE.CLOCK_AHEAD', digest: early.data.digest },
    ]);
    const refusal = { error: { code: 'EVIDENCE.CLOCK_AHEAD', kind: 'unprocessable' } };
    expect(evidence.replyTo(early.id)).toMatchObject([refusal, refusal]);
    expect(evidence.saidEvents('evidence.refused.v1').filter((event) => event.subject === 'ahead')).toMatchObject([
      { id: `refused:${early.id}`, data: { bundle_id: 'b', error_code: 'EVIDENCE.CLOCK_AHEAD' } },
    ]);
    await evidence.record([later]);
    expect(await rowsOf('bundles', 'ahead')).toMatchObject([{ position: '1', document: later.data.document }]);
    expect(await evidence.checkChain('ahead')).toEqual({ links: 1, faults: [] });
  });

  it('asks for the key anew before it refuses: a box that was set up again is not shut out by our memory', async () => {
    const [old, renewed] = [signerOf(4), signerOf(5)];
    orders.keys!.set('renewed/box-1', old.publicKey);
    await evidence.record([submitted({ site_id: 'renewed' }, old)]);
    orders.keys!.set('renewed/box-1', renewed.publicKey);
    const after = submitted({ site_id: 'renewed' }, renewed);
    const asked = orders.asked;
    await evidence.record([after]);
    expect(evidence.replyTo(after.id)).toMatchObject([{ outcome: 'accepted' }]);
    expect(orders.asked).toBe(asked + 1);
    const late = submitted({ site_id: 'renewed' }, old);
    await evidence.record([late]);
    expect(evidence.replyTo(late.id)).toMatchObject([{ error: { code: 'EVIDENCE.SIGNATURE_INVALID' } }]);
  });

  it('judges nothing while orders is silent, and gives nothing up', async () => {
    const event = submitted({ site_id: 'silent' });
    const { keys } = orders;
    orders.keys = undefined;
    await expect(evidence.record([event])).rejects.toMatchObject({ kind: 'unavailable' });
    orders.keys = keys;
    expect(await rowsOf('bundles', 'silent')).toEqual([]);
    await evidence.record([event]);
    expect(evidence.replyTo(event.id)).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('answers the same bytes with the first answer, and other bytes under the same id with a conflict', async () => {
    const first = submitted({ site_id: 'repeat', bundle_id: 'b' });
    await evidence.record([first]);
    const again = { ...first, id: 'again' };
    const other = submitted({ site_id: 'repeat', bundle_id: 'b', outcome: 'failed' });
    await replica.record([again, other]);
    expect(replica.replyTo('again')).toEqual([{ ...evidence.replyTo(first.id)[0], id: 'again', retain_until: null }]);
    expect(replica.replyTo(other.id)).toMatchObject([
      { error: { code: 'EVIDENCE.BUNDLE_CONFLICT', kind: 'conflict' } },
    ]);
    expect(await rowsOf('bundles', 'repeat')).toHaveLength(1);
    expect(await rowsOf('refusals', 'repeat')).toMatchObject([
      { event_id: other.id, error_code: 'EVIDENCE.BUNDLE_CONFLICT' },
    ]);
  });

  it('has the effect of a redelivered event once, accepted or refused', async () => {
    orders.keys!.set('redelivered/box-2', signerOf(6).publicKey);
    const good = submitted({ site_id: 'redelivered' });
    const bad = submitted({ site_id: 'redelivered', host_id: 'box-2' });
    for (const by of [evidence, replica, evidence]) await by.record([good, bad]);
    expect(await rowsOf('bundles', 'redelivered')).toHaveLength(1);
    expect(await rowsOf('refusals', 'redelivered')).toHaveLength(1);
    const said = [...evidence.saidEvents('evidence.refused.v1'), ...replica.saidEvents('evidence.refused.v1')];
    expect(said.filter(({ id }) => id === `refused:${bad.id}`)).toHaveLength(1);
    expect(evidence.replyTo(good.id)).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    const refusal = { error: { code: 'EVIDENCE.SIGNATURE_REQUIRED' } };
    expect(evidence.replyTo(bad.id)).toMatchObject([refusal, refusal]);
  });

  it('makes one chain without gap or fork of 1,000 submissions to one site through two replicas', async () => {
    const events = Array.from({ length: 1_000 }, () => submitted({ site_id: 'crowd' }));
    const batches = Array.from({ length: 100 }, (_, index) => events.slice(index * 10, index * 10 + 10));
    // Some of them come twice, at the same moment, to different replicas.
    const twice = batches.filter((_, index) => index % 5 === 0);
    const submissions = [
      ...batches.map((batch, index) => ({ batch, to: index % 2 ? evidence : replica })),
      ...twice.map((batch, index) => ({ batch, to: index % 2 ? replica : evidence })),
    ];
    // More at once would only wait for a connection, and not for ever.
    await mapBounded(submissions, 24, ({ batch, to }) => to.record(batch));
    expect(await evidence.checkChain('crowd')).toEqual({ links: 1_000, faults: [] });
    const positions = (await rowsOf('bundles', 'crowd'))
      .map((row) => Number(row['position']))
      .toSorted((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  });

  it('does not deadlock when batches name the same sites in different orders', async () => {
    const sites = Array.from({ length: 12 }, (_, index) => `mixed-${index}`);
    const batch = (order: string[]) => order.map((site_id) => submitted({ site_id }));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const order = index % 2 ? sites : sites.toReversed();
        return (index % 3 ? evidence : replica).record(batch(order));
      }),
    );
    for (const site of sites) expect(await evidence.checkChain(site)).toEqual({ links: 20, faults: [] });
  });
});
