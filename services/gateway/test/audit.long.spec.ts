import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Pool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import type { AuditedRequest, AuditFacts } from '../src/domain/audit-facts.ts';
import { aRefusal } from '../src/domain/sample-refusal.ts';
import { AuditTrail, type AuditTrailOptions } from '../src/features/audit-requests/audit-trail.ts';
import { AuditWindows } from '../src/features/audit-requests/audit-windows.ts';
import { AuditRepository } from '../src/persistence/audit.repository.ts';
import { openPool } from './open-limiter.ts';

let database: TestDatabase;
let pool: Pool;
const trails: AuditTrail[] = [];
const lines: string[] = [];
const logger = createLogger({ service: 'gateway', destination: { write: (line) => lines.push(line) } });

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pool = openPool(database.databaseUrl);
  await pool.query(`insert into sites (site_id) values ('clinic-1')`);
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});
afterEach(async () => {
  for (const trail of trails.splice(0)) await trail.stop();
  await pool.query('delete from outbox');
  lines.length = 0;
});

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
let requests = 0;
const request = (changes: Partial<AuditFacts> = {}): AuditedRequest => ({
  facts: { ...aRefusal, ...changes },
  at: Date.now(),
  requestId: `r${(requests += 1)}`,
  traceparent,
});
const reading = (principalId: string) =>
  request({ type: 'gateway.evidence-read.v1', principalId, status: 200, errorCode: null });

function trailOn(options: Partial<AuditTrailOptions> = {}, windowMs = 10_000) {
  const windows = new AuditWindows({ windowMs, readWindowMs: windowMs, eventsPerMinute: 60 });
  const repository = new AuditRepository(pool);
  const trail = new AuditTrail({ windows, repository, publish() {}, logger, flushMs: 20, ...options });
  trails.push(trail);
  return { trail, windows };
}

interface Said {
  type: string;
  subject: string;
  id: string;
  traceparent: string;
  data: Record<string, unknown> & { count: number };
}
async function said(): Promise<{ rows: number; events: Said[] }> {
  const { rows } = await pool.query<{ payload: string }>('select payload from outbox order by created_at');
  return { rows: rows.length, events: rows.flatMap(({ payload }) => JSON.parse(payload) as Said[]) };
}
const sumOf = (events: Said[]) => events.reduce((sum, { data }) => sum + data.count, 0);

describe('refusals', () => {
  it('of many callers leave in one row of the outbox, with who, what, where and which request', async () => {
    const { trail } = trailOn();
    for (let n = 0; n < 20; n += 1) trail.count(request({ address: `203.0.113.${n}` }));
    expect(await said()).toMatchObject({ rows: 0 });
    trail.start();
    await vi.waitFor(async () => expect((await said()).events).toHaveLength(20));
    const { rows, events } = await said();
    expect(rows).toBe(1);
    expect(events[0]).toMatchObject({
      type: 'gateway.request-refused.v1',
      subject: '-',
      traceparent,
      data: { principal_id: null, route: 'listEvidence', site_asked: 'clinic-1', status: 401, count: 1 },
    });
    expect(events[0]!.data).toMatchObject({ error_code: 'AUTH.INVALID_CREDENTIAL', address: '203.0.113.0/24' });
    expect(JSON.stringify(events)).not.toMatch(/203\.0\.113\.[1-9]/);
  });

  it('tell a site by its name when there is one, and by a digest what only looks like one', async () => {
    const { trail } = trailOn();
    trail.count(request({ siteAsked: 'csk_a-key-in-the-wrong-place' }));
    trail.count({ ...reading('admin'), facts: { ...reading('admin').facts, siteAsked: 'csk_another' } });
    trail.count(request({ siteAsked: 'clinic-9', ownSite: 'clinic-9' }));
    await trail.flush();
    const { events } = await said();
    expect(JSON.stringify(events)).not.toContain('csk_');
    expect(events.map(({ subject }) => subject).toSorted()).toEqual(['-', '-', 'clinic-9']);
    const digests = events.flatMap(({ data }) => (data['unknown_site'] === undefined ? [] : [data['unknown_site']]));
    expect(digests).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
  });

  it('of five thousand guesses are two events', async () => {
    const { trail } = trailOn({}, 300);
    trail.start();
    for (let n = 0; n < 5_000; n += 1) {
      trail.count(request());
      if (n === 100) await vi.waitFor(async () => expect((await said()).events).toHaveLength(1));
    }
    await vi.waitFor(async () => expect(sumOf((await said()).events)).toBe(5_000));
    const { events } = await said();
    expect(events).toHaveLength(2);
    expect(events[1]!.data['request_ids']).toEqual(Array.from({ length: 5 }, (_, n) => `r${requests - 4 + n}`));
  });

  it('are kept while the database is away, counted exactly once when it is back, and it is said', async () => {
    const repository = new AuditRepository(pool);
    let isAway = true;
    const write = vi.fn<AuditRepository['write']>(async (rows) => {
      // The last try before it is back is one that was committed, and whose answer got lost.
      if (!isAway || write.mock.calls.length === 3) await repository.write(rows);
      if (isAway) throw new Error('connection terminated');
    });
    const { trail } = trailOn({ repository: { write, findSites: (names) => repository.findSites(names) } });
    trail.start();
    trail.count(request());
    await vi.waitFor(() => expect(write.mock.calls.length).toBeGreaterThan(3));
    for (let n = 0; n < 99; n += 1) trail.count(request({ route: 'exportKit' }));
    expect(lines.filter((line) => line.includes('the audit cannot be written'))).toHaveLength(1);
    isAway = false;
    await vi.waitFor(async () => expect(sumOf((await said()).events)).toBe(100));
    expect((await said()).events).toHaveLength(2);
  });

  it('wait while too much waits for the broker, so that nobody is refused because somebody else was', async () => {
    const isCongested = vi.fn<() => boolean>(() => true);
    const { trail, windows } = trailOn({ isCongested });
    const look = vi.spyOn(windows, 'take');
    trail.start();
    trail.count(request());
    // Each time but the last that it asked, it would have looked.
    await vi.waitFor(() => expect(isCongested.mock.calls.length).toBeGreaterThan(4));
    expect(look).not.toHaveBeenCalled();
    isCongested.mockReturnValue(false);
    await vi.waitFor(async () => expect((await said()).events).toHaveLength(1));
  });

  it('are written when the gateway stops, those whose window is open too', async () => {
    const { trail } = trailOn({}, 300_000);
    trail.start();
    trail.count(request());
    await vi.waitFor(async () => expect((await said()).events).toHaveLength(1));
    for (let n = 0; n < 500; n += 1) trail.count(request());
    for (let n = 0; n < 400; n += 1) trail.count(request({ principalId: `p${n}` }));
    await trail.stop();
    expect(sumOf((await said()).events)).toBe(901);
    expect(lines).toEqual([]);
  });

  it('that cannot be written at a stop are said to be lost, with their number', async () => {
    const { trail } = trailOn({
      repository: { findSites: async () => new Set(), write: () => Promise.reject(new Error('away')) },
    });
    for (let n = 0; n < 7; n += 1) trail.count(request({ address: `10.0.0.${n}` }));
    await trail.stop();
    trails.length = 0;
    expect(lines.find((line) => line.includes('lost to the audit'))).toContain('"lost":7');
  }, 15_000);
});

describe('a read of evidence', () => {
  it('is committed when the promise resolves, and its equals of the next seconds are one more event', async () => {
    const { trail } = trailOn({}, 300);
    trail.start();
    await trail.record(reading('auditor'));
    expect((await said()).events).toMatchObject([{ subject: 'clinic-1', data: { principal_id: 'auditor', count: 1 } }]);
    for (let n = 0; n < 10; n += 1) expect(trail.record(reading('auditor'))).toBeUndefined();
    await vi.waitFor(async () => expect(sumOf((await said()).events)).toBe(11));
    expect((await said()).events).toHaveLength(2);
  });

  it('shares its commit with those that come at the same moment', async () => {
    const { trail } = trailOn();
    await Promise.all(Array.from({ length: 100 }, async (_, n) => trail.record(reading(`auditor-${n}`))));
    const { rows, events } = await said();
    expect(events).toHaveLength(100);
    expect(rows).toBeLessThanOrEqual(2);
  });

  it('is refused when it cannot be written, and nothing is said of it', async () => {
    const { trail } = trailOn({
      repository: { findSites: async () => new Set(), write: () => Promise.reject(new Error('away')) },
    });
    await expect(trail.record(reading('auditor'))).rejects.toThrow('away');
    await expect(trail.record(reading('auditor'))).rejects.toThrow('away');
  });
});
