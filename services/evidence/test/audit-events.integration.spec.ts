import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { canonicalString } from '@countersign/shared/crypto';
import { newTraceparent } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { auditDurables, recordDurable } from '../src/domain/durables.ts';
import { leafOf } from '../src/domain/leaf.ts';
import { createAuditEvents } from '../src/features/audit-events/audit-events.handler.ts';
import { createFindMissingEffects } from '../src/features/find-missing-effects/find-missing-effects.handler.ts';
import { type Evidence, startEvidence, submitted } from './start-evidence.ts';

let database: TestDatabase;
let evidence: Evidence;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  evidence = startEvidence(database.databaseUrl, { put: () => Promise.reject(new Error('no vault here')) });
});

afterAll(async () => {
  await evidence?.stop();
  await database?.drop();
});

const audit = (events: EventEnvelope[]) => createAuditEvents(evidence)(events);
const said = (id: string, changes: object = {}) =>
  ({
    specversion: '1.0',
    id,
    source: '/orders',
    type: 'orders.delivered.v1',
    subject: 'clinic-1',
    time: '2026-11-21T10:00:00.123Z',
    datacontenttype: 'application/json',
    data: { z: 1, a: 'Überprüft', nested: { list: [1.5, null] } },
    ...changes,
  }) as unknown as EventEnvelope;

async function trailOf(id: string) {
  const { rows } = await evidence.pool.query('select * from ledger_leaves where event_id = $1 order by source', [id]);
  return rows as Record<string, unknown>[];
}

async function missing(type: string, ...event_ids: string[]): Promise<string[]> {
  const [answer] = await createFindMissingEffects(evidence.ledger)([{ type, event_ids }]);
  return answer!.missing;
}

const bury = (consumer: string, eventId: string) =>
  evidence.pool.query(
    `insert into dead_letters (id, consumer, event_id, event_type, event, error_code, cause)
     values ($1 || ':' || $2, $1, $2, 'x', '{}', 'X', 'x')`,
    [consumer, eventId],
  );

describe('the ledger', () => {
  it('keeps an event as it was said, with its trace', async () => {
    const traceparent = newTraceparent();
    await audit([said('kept', { traceparent })]);
    expect(await trailOf('kept')).toMatchObject([
      {
        source: '/orders',
        type: 'orders.delivered.v1',
        site_id: 'clinic-1',
        time: new Date('2026-11-21T10:00:00.123Z'),
        trace_id: traceparent.slice(3, 35),
        leaf: leafOf(said('kept', { traceparent })).text,
      },
    ]);
  });

  it('keeps what was said first when the same event comes again, alone, in a batch with others, or twice in one', async () => {
    await audit([said('first')]);
    await audit([said('first', { data: { changed: true } }), said('second'), said('second', { data: {} })]);
    for (const id of ['first', 'second'])
      expect((await trailOf(id)).map((row) => row['leaf'])).toEqual([leafOf(said(id)).text]);
  });

  it('keeps two events apart that two sources gave the same id', async () => {
    await audit([said('same'), said('same', { source: '/runbooks' })]);
    expect((await trailOf('same')).map((row) => row['source'])).toEqual(['/orders', '/runbooks']);
  });

  it('survives the same batches from two replicas at once', async () => {
    const events = Array.from({ length: 300 }, (_, index) => said(`raced-${index}`));
    await Promise.allSettled([audit(events), audit(events.toReversed()), audit(events)]);
    await audit(events);
    const { rows } = await evidence.pool.query(`select count(*)::int from ledger_leaves where event_id like 'raced-%'`);
    expect(rows).toEqual([{ count: 300 }]);
  });

  it('gives places from 0 without gap or double, each batch in its order, to replicas that append thousands at once', async () => {
    const replica = startEvidence(database.databaseUrl, { put: () => Promise.reject(new Error('no vault here')) });
    const batches = Array.from({ length: 60 }, (_, batch) =>
      Array.from({ length: 1 + ((batch * 37) % 150) }, (_event, at) => said(`placed-${batch}-${at}`)),
    );
    const appendTo = (one: Evidence) => Promise.all(batches.map((batch) => createAuditEvents(one)(batch)));
    await Promise.all([appendTo(evidence), appendTo(replica)]);
    await replica.stop();
    const { rows } = await evidence.pool.query<{ leaf_index: string; event_id: string }>(
      'select leaf_index, event_id from ledger_leaves order by leaf_index',
    );
    expect(rows.map((row) => Number(row.leaf_index))).toEqual(rows.map((_, index) => index));
    const head = await evidence.pool.query('select size from ledger_head');
    expect(head.rows).toEqual([{ size: String(rows.length) }]);
    const ids = rows.map((row) => row.event_id);
    for (const batch of batches) {
      const first = ids.indexOf(batch[0]!.id);
      expect(ids.slice(first, first + batch.length)).toEqual(batch.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(ids.length - 1);
  });

  it('keeps a leaf of exactly 65,535 bytes, and data that is too large beside its leaf', async () => {
    const data = { text: 'x'.repeat(200_000) };
    const rest = leafOf(said('longest', { type: '', data })).text.length;
    await audit([said('longest', { type: 'x'.repeat(65_535 - rest), data })]);
    const [row] = await trailOf('longest');
    expect(row!['leaf']).toHaveLength(65_535);
    expect(row!['data']).toBe(canonicalString(data));
  });
});

describe('missing effects', () => {
  it('are those that neither the ledger nor its dead letters have, and another source does not count', async () => {
    await audit([said('had'), said('elsewhere', { source: '/runbooks' })]);
    await bury(auditDurables.orders, 'given-up');
    await bury(auditDurables.runbooks, 'given-up-elsewhere');
    const ids = ['had', 'elsewhere', 'given-up', 'given-up-elsewhere', 'never'];
    expect(await missing('orders.delivered.v1', ...ids)).toEqual(['elsewhere', 'given-up-elsewhere', 'never']);
  });

  it('of a bundle are those that lack their leaf or the verdict: one of the two is not enough', async () => {
    const type = 'gateway.evidence-submitted.v1';
    const [audited, recorded, both, half, given] = Array.from({ length: 5 }, () => submitted({ site_id: 'effects' }));
    await audit([audited!, both!]);
    await evidence.record([recorded!, both!]);
    await bury(recordDurable, half!.id);
    await bury(recordDurable, given!.id);
    await bury(auditDurables.gateway, given!.id);
    const ids = [audited, recorded, both, half, given].map((event) => event!.id);
    expect(await missing(type, ...ids)).toEqual([audited!.id, recorded!.id, half!.id]);
  });

  it('of a dead letter are looked for among those that the ledger has of dead letters', async () => {
    await audit([said('dead:x', { source: '/orders', type: 'dead-letters.orders.v1' })]);
    await bury(auditDurables.orders, 'dead:y');
    expect(await missing('dead-letters.orders.v1', 'dead:x', 'dead:y')).toEqual(['dead:y']);
  });
});
