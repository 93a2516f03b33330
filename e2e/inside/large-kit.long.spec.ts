import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from '../harness/box.ts';
import { type Database, openDatabase } from '../harness/database.ts';
import { problemOf } from '../harness/expect-answer.ts';
import { type Ledger, openLedger } from '../harness/ledger.ts';
import { until } from '../harness/until.ts';

const type = 'orders.appliance-silent.v1';
const perMessage = 1_000;

describe("an auditor's kit of very much", () => {
  const system = inject('system');
  let database: Database;
  let ledger: Ledger;
  let box: Box;

  beforeAll(async () => {
    database = openDatabase(inject('inside').databaseUrl);
    [ledger, box] = [await openLedger(system), await enrolBox(system)];
  });
  afterAll(() => database?.close());

  /** Commits events to the outbox of orders, whose relay says them: each a millisecond after the one before. */
  async function say(count: number, at: number): Promise<void> {
    const { siteId: site_id, hostId: host_id } = box;
    const event = (n: number) => {
      const [noticed_at, last_checkin] = [at + n, at + n - 900_000].map((time) => new Date(time).toISOString());
      const id = `silent:${site_id}/${host_id}@${last_checkin}`;
      const data = { site_id, host_id, last_checkin, noticed_at };
      const datacontenttype = 'application/json';
      return {
        specversion: '1.0',
        id,
        source: '/orders',
        type,
        subject: site_id,
        time: noticed_at,
        datacontenttype,
        data,
      };
    };
    for (let from = 0; from < count; from += perMessage) {
      const batch = Array.from({ length: Math.min(perMessage, count - from) }, (_, n) => event(from + n));
      const values = [randomUUID(), type, JSON.stringify(batch)];
      await database.rows('insert into orders.outbox (id, subject, payload) values ($1, $2, $3)', values);
    }
  }

  it('is refused with what one can hold, and made for a shorter range', async () => {
    const at = Date.now() - 60_000;
    await say(20_001, at);
    const sql = `select count(*)::int as count, max(leaf_index)::float8 as last from evidence.ledger_leaves where site_id = $1 and type = $2`;
    await until(
      'the ledger has all of them, published',
      async () => {
        const [row] = await database.rows<{ count: number; last: number }>(sql, [box.siteId, type]);
        return row!.count === 20_001 && (await ledger.head()).size > row!.last;
      },
      80_000,
    );
    const kit = (from: number, to: number) =>
      ledger.read(`/evidence/${box.siteId}/kit?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`);
    const tooLarge = await kit(at, at + 30_000);
    expect(problemOf(tooLarge)).toEqual([422, 'EVIDENCE.KIT_TOO_LARGE']);
    expect(tooLarge.body.remedy).toContain('shorter range');
    expect((await kit(at, at + 500)).status).toBe(200);
    expect((await kit(at + 20_000, at + 20_500)).status).toBe(200);
  }, 120_000);
});
