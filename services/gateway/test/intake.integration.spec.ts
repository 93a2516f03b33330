import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newId } from '@countersign/shared/kernel';
import { createPool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { sha256Hex } from '@countersign/shared/crypto';
import {
  type IntakeAnswer,
  IntakeRepository,
  type IntakeRow,
  type RateLimit,
} from '../src/persistence/intake.repository.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'intake-spec', max: 8 });
});

afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const report = (siteId: string, changes: Partial<IntakeRow> = {}): IntakeRow => {
  const eventId = newId();
  return {
    idempotencyKey: sha256Hex(eventId),
    requestHash: sha256Hex('body'),
    siteId,
    action: 'incidents',
    eventId,
    event: JSON.stringify({ id: eventId }),
    keyTtl: 60,
    ...changes,
  };
};

async function gatewayFor(siteId: string, limit: RateLimit = { requests: 10, windowSeconds: 300 }) {
  const repository = new IntakeRepository(pool, limit);
  await repository.registerSites([siteId]);
  return {
    accept: (...rows: IntakeRow[]): Promise<IntakeAnswer[]> =>
      repository.acceptReports(rows, { id: newId(), subject: 'gateway.incident-reported.v1' }),
  };
}

const outcomes = (answers: IntakeAnswer[]) => answers.map((answer) => answer.outcome);
const count = (answers: IntakeAnswer[], outcome: string) =>
  answers.filter((answer) => answer.outcome === outcome).length;

async function eventsSaid(): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select event ->> 'id' as id from outbox, jsonb_array_elements(payload::jsonb) event`,
  );
  return rows.map((row) => row.id);
}

describe('intake', () => {
  it('accepts exactly 10 of 25 reports that come in one batch, the first ten', async () => {
    const gateway = await gatewayFor('one-batch');
    const answers = await gateway.accept(...Array.from({ length: 25 }, () => report('one-batch')));
    expect(outcomes(answers)).toEqual([...Array(10).fill('accepted'), ...Array(15).fill('limited')]);
    expect(answers[9]).toMatchObject({ used: 10 });
  });

  it('accepts exactly 10 of 64 reports that four gateways take at the same moment', async () => {
    const gateways = await Promise.all(Array.from({ length: 4 }, () => gatewayFor('four-gateways')));
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => gateways[index % 4]!.accept(report('four-gateways'))),
    );
    expect(count(answers.flat(), 'accepted')).toBe(10);
    expect(count(answers.flat(), 'limited')).toBe(54);
  });

  it('counts in any window, not from a clock edge: the eleventh waits until the first is old', async () => {
    const gateway = await gatewayFor('edge', { requests: 3, windowSeconds: 300 });
    const age = (seconds: number[]) =>
      pool.query(
        `update rate_limits set hits = array(select now() - s * interval '1 second' from unnest($1::float8[]) s), counts = array(select 1 from unnest($1::float8[])), used = cardinality($1::float8[]) where site_id = 'edge'`,
        [seconds],
      );
    await age([299.5, 200, 100]);
    const [early] = await gateway.accept(report('edge'));
    expect(early).toMatchObject({ outcome: 'limited' });
    expect(early!.reset_seconds).toBeGreaterThan(0);
    expect(early!.reset_seconds).toBeLessThan(1);
    await age([300.5, 200, 100]);
    expect(outcomes(await gateway.accept(report('edge'), report('edge')))).toEqual(['accepted', 'limited']);
  });

  it('keeps the row of a site small under a high limit, and still never accepts more than it', async () => {
    const gateway = await gatewayFor('high', { requests: 1_500, windowSeconds: 300 });
    const answers: IntakeAnswer[] = [];
    for (let round = 0; round < 20; round += 1) {
      answers.push(...(await gateway.accept(...Array.from({ length: 100 }, () => report('high')))));
    }
    expect(count(answers, 'accepted')).toBe(1_500);
    expect(count(answers, 'limited')).toBe(500);
    const { rows } = await pool.query(
      `select cardinality(hits) as moments, (select sum(n)::int from unnest(counts) n) as hits
       from rate_limits where site_id = 'high' and action = 'incidents'`,
    );
    expect(rows[0].hits).toBe(1_500);
    expect(rows[0].moments).toBeLessThanOrEqual(32);
  });

  it('counts each action and each site by itself', async () => {
    const gateway = await gatewayFor('separate', { requests: 1, windowSeconds: 300 });
    await gatewayFor('separate-2');
    const answers = await gateway.accept(
      report('separate'),
      report('separate', { action: 'drift' }),
      report('separate-2'),
      report('separate'),
    );
    expect(outcomes(answers)).toEqual(['accepted', 'accepted', 'accepted', 'limited']);
  });

  it('answers a repeat with the first event, costs no quota for it, and says nothing twice', async () => {
    const gateway = await gatewayFor('repeat', { requests: 1, windowSeconds: 300 });
    const first = report('repeat');
    const [accepted] = await gateway.accept(first);
    const [again] = await gateway.accept({ ...report('repeat'), idempotencyKey: first.idempotencyKey });
    expect(again).toMatchObject({ outcome: 'repeat', known_event_id: first.eventId, used: 1 });
    expect(again!.accepted_at).toEqual(accepted!.accepted_at);
    expect((await eventsSaid()).filter((id) => id === first.eventId)).toHaveLength(1);
  });

  it('does not refuse the last slot of a site to what comes behind a repeat', async () => {
    const gateway = await gatewayFor('behind', { requests: 2, windowSeconds: 300 });
    const first = report('behind');
    await gateway.accept(first);
    const again = { ...first, eventId: newId() };
    const [next, late] = [report('behind'), report('behind')];
    expect(outcomes(await gateway.accept(again, next, late))).toEqual(['repeat', 'raced', 'raced']);
    expect(outcomes(await gateway.accept(next, late))).toEqual(['accepted', 'limited']);
    expect((await eventsSaid()).filter((id) => [next.eventId, late.eventId].includes(id))).toEqual([next.eventId]);
  });

  it('refuses the same key with another body', async () => {
    const gateway = await gatewayFor('mismatch');
    const first = report('mismatch');
    await gateway.accept(first);
    const changed = { ...report('mismatch'), idempotencyKey: first.idempotencyKey, requestHash: sha256Hex('other') };
    expect(outcomes(await gateway.accept(changed))).toEqual(['mismatch']);
  });

  it('lets one of 16 simultaneous requests with one key win, and loses none of the others', async () => {
    const gateway = await gatewayFor('race');
    const key = sha256Hex('race');
    const accept = async (): Promise<string> => {
      const [answer] = await gateway.accept(report('race', { idempotencyKey: key }));
      return answer!.outcome === 'raced' ? accept() : answer!.outcome;
    };
    const results = await Promise.all(Array.from({ length: 16 }, accept));
    expect(results.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(results.filter((outcome) => outcome === 'repeat')).toHaveLength(15);
    const { rows } = await pool.query(`select counts from rate_limits where site_id = 'race' and action = 'incidents'`);
    expect(rows).toEqual([{ counts: [1] }]);
  });

  it('takes the same body as new once a derived key is over', async () => {
    const gateway = await gatewayFor('over');
    const first = report('over');
    await gateway.accept(first);
    await pool.query(`update idempotency set expires_at = now() where key = decode($1, 'hex')`, [first.idempotencyKey]);
    const second = { ...report('over'), idempotencyKey: first.idempotencyKey };
    expect(outcomes(await gateway.accept(second))).toEqual(['accepted']);
    expect(await eventsSaid()).toEqual(expect.arrayContaining([first.eventId, second.eventId]));
  });

  it('accepts a nonce once, within a batch and after it, and a replay changes nothing', async () => {
    const gateway = await gatewayFor('nonces', { requests: 2, windowSeconds: 300 });
    const nonce = { digest: sha256Hex('nonce'), created: Date.now() / 1_000 };
    const first = report('nonces', { nonce });
    const answers = await gateway.accept(first, report('nonces', { nonce }), report('nonces'));
    expect(outcomes(answers)).toEqual(['accepted', 'replayed', 'accepted']);
    const again = { ...first, eventId: newId() };
    expect(outcomes(await gateway.accept(again, report('nonces')))).toEqual(['replayed', 'limited']);
    expect(await gateway.accept(again)).toMatchObject([{ known_event_id: null, accepted_at: null }]);
  });

  it('knows no site that never checked in', async () => {
    const repository = new IntakeRepository(pool, { requests: 10, windowSeconds: 300 });
    const answers = await repository.acceptReports([report('nobody')], {
      id: newId(),
      subject: 'gateway.incident-reported.v1',
    });
    expect(outcomes(answers)).toEqual(['unregistered']);
  });

  it('puts only what was accepted into the outbox', async () => {
    const gateway = await gatewayFor('outbox', { requests: 2, windowSeconds: 300 });
    const rows = [report('outbox'), report('nobody'), report('outbox'), report('outbox')];
    await gateway.accept(...rows);
    const said = await eventsSaid();
    expect(rows.map((row) => said.includes(row.eventId))).toEqual([true, false, true, false]);
  });
});
