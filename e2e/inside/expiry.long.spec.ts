import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack, wideLimits } from '../../tools/stack/index.ts';
import { type Box, enrolBox } from '../harness/box.ts';
import { type Database, openDatabase } from '../harness/database.ts';
import { problemOf } from '../harness/expect-answer.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';

describe('an order that nobody takes on in its two seconds', () => {
  let stack: Stack;
  let database: Database;
  let box: Box;

  beforeAll(async () => {
    stack = await startStack({ env: { ...wideLimits, ORDER_TTL_SECONDS: '2', EXPIRY_SWEEP_MS: '200' } });
    database = openDatabase(stack.info.database_urls.admin!);
    box = await enrolBox(systemOf(stack));
  });
  afterAll(async () => {
    await database?.close();
    await stack?.stop();
  });

  it('is delivered until then, disappears, is swept, and leaves its incident to a person', async () => {
    const report = await box.incident();
    const { order_id } = report.body;
    const [order] = (await box.orders()).body.orders;
    expect(order).toMatchObject({ order_id, ttl_seconds: 2 });
    const lives = Date.parse(order.expires_at) - Date.parse(order.issued_at);
    expect(lives).toBe(2_000);

    await until('the order is gone from the poll', async () => (await box.orders()).body.count === 0);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(order.expires_at));
    const state = 'select status, closed_at >= expires_at as in_time from orders.orders where order_id = $1';
    await until('the order is swept', async () => {
      const [row] = await database.rows<{ status: string; in_time: boolean }>(state, [order_id]);
      return row?.status === 'expired' && row.in_time;
    });
    expect(problemOf(await box.acknowledge(order_id))).toEqual([409, 'ORDERS.NOT_OPEN']);
    const incident = 'select status from runbooks.incidents where incident_id = $1';
    await until('a person has the incident', async () => {
      const [row] = await database.rows<{ status: string }>(incident, [report.body.incident_id]);
      return row?.status === 'escalated';
    });
  });

  it('makes room for a new order of the same condition', async () => {
    const { body } = await box.incident({ details: { again: true } });
    expect(body).toMatchObject({ resolution_tier: 'L1', order_id: expect.any(String) });
    expect((await box.orders()).body.orders.map((order: { order_id: string }) => order.order_id)).toEqual([
      body.order_id,
    ]);
  });
});
