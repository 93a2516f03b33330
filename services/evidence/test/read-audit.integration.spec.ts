import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { auditQuery, type EventEnvelope } from '@countersign/shared/contracts';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { leafOf } from '../src/domain/leaf.ts';
import { createReadAudit } from '../src/features/read-audit/read-audit.handler.ts';
import { AuditReader } from '../src/persistence/audit-reader.ts';
import { type Evidence, startEvidence } from './start-evidence.ts';

let database: TestDatabase;
let evidence: Evidence;
let next = 0;

const thief = '0199a000-0000-7000-8000-0000000000a1';
const auditor = '0199a000-0000-7000-8000-0000000000a2';
const traceOf = (n: number) => `${n}`.padStart(32, 'f');

const event = (type: string, changes: object = {}) => {
  const n = (next += 1);
  return {
    specversion: '1.0',
    id: `e-${n}`,
    source: '/gateway',
    type,
    subject: 'clinic-1',
    time: new Date(Date.parse('2026-11-21T10:00:00Z') + n * 1_000).toISOString(),
    datacontenttype: 'application/json',
    traceparent: `00-${traceOf(n)}-00f067aa0ba902b7-01`,
    data: {},
    ...changes,
  } as unknown as EventEnvelope;
};
const refusal = (principal_id: string, error_code = 'AUTH.SITE_FORBIDDEN') =>
  event('gateway.request-refused.v1', { data: { principal_id, route: 'listEvidence', error_code } });
const read = async (query: object = {}) => {
  const [page] = await createReadAudit(new AuditReader(evidence.pool))([auditQuery.parse(query)]);
  return page!;
};
const indexes = async (query: object) => (await read(query)).entries.map(({ leaf_index }) => leaf_index);

/** Leaves 0 to 29 are refusals and a read, the 3,000 after them what appliances do all day. */
beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  evidence = startEvidence(database.databaseUrl, { put: () => Promise.reject(new Error('no vault here')) });
  const first = Array.from({ length: 29 }, (_, n) =>
    refusal(n % 2 ? thief : auditor, n < 20 ? undefined : 'LIMIT.EXCEEDED'),
  );
  const seen = event('gateway.evidence-read.v1', {
    subject: 'clinic-2',
    data: { principal_id: auditor, route: 'exportKit' },
  });
  const others = Array.from({ length: 3_000 }, () => event('orders.delivered.v1', { source: '/orders' }));
  await evidence.ledger.append([...first, seen].map(leafOf));
  for (let n = 0; n < 3_000; n += 500) await evidence.ledger.append(others.slice(n, n + 500).map(leafOf));
});

afterAll(async () => {
  await evidence?.stop();
  await database?.drop();
});

describe('the audit', () => {
  it.each([
    [{ principal_id: thief, limit: 3 }, [27, 25, 23]],
    [{ error_code: 'LIMIT.EXCEEDED', limit: 2 }, [28, 27]],
    [{ error_code: 'LIMIT.EXCEEDED', principal_id: auditor, before: 28 }, [26, 24, 22, 20]],
    [{ route: 'exportKit' }, [29]],
    [{ type: 'gateway.evidence-read.v1' }, [29]],
    [{ site_id: 'clinic-2' }, [29]],
    [{ trace_id: traceOf(8) }, [7]],
    [{ trace_id: traceOf(8), principal_id: auditor }, []],
    [{ from: '2026-11-21T10:00:03Z', to: '2026-11-21T11:00:05+01:00' }, [3, 2]],
    [{ site_id: 'clinic-2', principal_id: thief }, []],
    [{ limit: 2 }, [3_029, 3_028]],
  ])('asked for %o answers %o, newest first', async (query, expected) => {
    expect(await indexes(query)).toEqual(expected);
  });

  it('is paged to its end and back by the index of the leaf, without gap or repeat', async () => {
    const seen: number[] = [];
    let before: number | null | undefined;
    do {
      const page = await read({ limit: 7, type: 'gateway.request-refused.v1', ...(before && { before }) });
      seen.push(...page.entries.map(({ leaf_index }) => leaf_index));
      before = page.before;
    } while (before !== null);
    expect(seen).toEqual(Array.from({ length: 29 }, (_, n) => 28 - n));
    const page = await read({ limit: 7, type: 'gateway.request-refused.v1', after: 3 });
    expect(page.entries.map(({ leaf_index }) => leaf_index)).toEqual([10, 9, 8, 7, 6, 5, 4]);
    expect([page.before, page.after]).toEqual([4, 10]);
  });

  it('gives the text that the hash of the leaf is of', async () => {
    const { entries } = await read({ limit: 1, principal_id: thief });
    const leaf = leafOf({ ...(JSON.parse(entries[0]!.leaf) as EventEnvelope) });
    expect(entries[0]).toMatchObject({
      type: 'gateway.request-refused.v1',
      site_id: 'clinic-1',
      principal_id: thief,
      trace_id: traceOf(28),
    });
    const { rows } = await evidence.pool.query('select leaf_hash from ledger_leaves where leaf_index = 27');
    expect(entries[0]!.leaf_hash).toBe((rows[0] as { leaf_hash: Buffer }).leaf_hash.toString('base64'));
    expect(leaf.principalId).toBe(thief);
  });

  it('answers what fits into a message, and where to go on', async () => {
    const large = Array.from({ length: 10 }, () => event('x.large.v1', { data: { text: 'x'.repeat(50_000) } }));
    await evidence.ledger.append(large.map(leafOf));
    const first = await read({ type: 'x.large.v1' });
    expect(first.entries).toHaveLength(7);
    const rest = await read({ type: 'x.large.v1', before: first.before });
    expect(rest.entries).toHaveLength(3);
    expect(rest.before).toBeNull();
    const forward = await read({ type: 'x.large.v1', after: 3_029 });
    expect(forward.entries.at(-1)!.leaf_index).toBe(3_030);
    expect(forward.after).toBe(3_036);
  });

  it.each([
    [`principal_id = 'x'`, 'ledger_leaves_principal'],
    [`route = 'x'`, 'ledger_leaves_route'],
    [`error_code = 'x'`, 'ledger_leaves_error_code'],
    [`type = 'gateway.request-refused.v1' and type = 'gateway.request-refused.v1'`, 'ledger_leaves_rare_type'],
    [`site_id = 'x'`, 'ledger_leaves_site'],
  ])('finds %s by an index', async (condition, index) => {
    await evidence.pool.query('select 1');
    const { rows } = await evidence.pool.query<{ 'QUERY PLAN': string }>(
      `explain select leaf from ledger_leaves where ${condition} order by leaf_index desc limit 50`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(index);
  });

  it('keeps what would be no column out of the columns, and the leaf all the same', async () => {
    const odd = event('x.odd.v1', { data: { principal_id: 'a\0b', route: 'r'.repeat(300), error_code: 7 } });
    await evidence.ledger.append([leafOf(odd)]);
    expect((await read({ type: 'x.odd.v1' })).entries).toMatchObject([{ principal_id: null }]);
  });
});
