import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack, wideLimits } from '../../tools/stack/index.ts';
import { enrolBox } from '../harness/box.ts';
import { call } from '../harness/call.ts';
import { type Database, openDatabase } from '../harness/database.ts';
import { holdRequest } from '../harness/held-request.ts';
import { rootsOf, spansOfIncident, untilSpans } from '../harness/spans.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';
import { walkIncident } from '../harness/walk-incident.ts';

describe('two replicas of every service', () => {
  let stack: Stack;
  let database: Database;

  beforeAll(async () => {
    stack = await startStack({
      replicas: { gateway: 2, runbooks: 2, orders: 2, evidence: 2 },
      env: { ...wideLimits, RATE_LIMIT_REQUESTS: '1000', REPLY_WAIT_MS: '500' },
    });
    database = openDatabase(stack.info.database_urls.admin!);
  });
  afterAll(async () => {
    await database?.close();
    await stack?.stop();
  });

  it('take incidents of many sites at once from report to sealed evidence, each once', async () => {
    const system = systemOf(stack);
    const turned = { ...system, gatewayUrls: system.gatewayUrls.toReversed() };
    const boxes = await Promise.all(Array.from({ length: 8 }, (_, n) => enrolBox(n % 2 ? system : turned)));
    await Promise.all(boxes.map((box) => walkIncident(box)));
    const states = `select string_agg(distinct i.status || ' ' || o.status, ', ') as states, count(*)::int as n
      from runbooks.incidents i join orders.orders o using (incident_id) where i.site_id = any($1)`;
    const sites = boxes.map((box) => box.siteId);
    await expect
      .poll(() => database.rows(states, [sites]), { timeout: 15_000 })
      .toEqual([{ states: 'resolved completed', n: boxes.length }]);
  });

  it('let only one of sixteen reports of one condition make an order', async () => {
    const box = await enrolBox(systemOf(stack));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, gateway) => box.incident({ details: { n: randomUUID() } }, { gateway })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(16).fill(200));
    const decided =
      'select count(*)::int as n from orders.order_incidents i join orders.orders o using (order_id) where site_id = $1';
    await until(
      'all have joined',
      async () => (await database.rows<{ n: number }>(decided, [box.siteId]))[0]!.n === 16,
    );
    expect((await box.orders()).body.count).toBe(1);
  });

  it('keep one trace when only the outbox remembers the incident: the broker was dead when it was reported', async () => {
    const box = await enrolBox(systemOf(stack));
    await stack.killNats();
    const report = await box.incident();
    expect([report.status, report.body.order_id]).toEqual([200, null]);
    await stack.startNats();
    const order = await until('the order comes by poll', async () => (await box.orders()).body?.orders?.[0]);
    const traceId = report.headers.get('traceparent')!.split('-')[1]!;
    expect([order.incident_id, order.trace_id]).toEqual([report.body.incident_id, traceId]);
    const bundle = box.sign(box.bundle({ order_id: order.order_id }));
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    expect((await box.send('/evidence', { body: bundle, headers: { traceparent } })).status).toBe(200);
    await box.sealed(bundle.bundle_id);
    const spans = await untilSpans(stack.info.otlp_url!, traceId, spansOfIncident);
    expect(rootsOf(spans).toSorted()).toEqual(['gateway POST /evidence', 'gateway POST /incidents']);
  });

  it('lose no request when a gateway is told to stop under load', async () => {
    const system = systemOf(stack);
    const box = await enrolBox(system);
    const [first, second] = system.gatewayUrls as [string, string];
    const body = () => ({
      site_id: box.siteId,
      host_id: box.hostId,
      incident_type: 'disk_full',
      severity: 'low',
      check_type: randomUUID(),
    });
    const held = await Promise.all(
      Array.from({ length: 5 }, () => holdRequest(`${second}/incidents`, system.adminKey, body())),
    );

    let stopping = true;
    let accepted = 0;
    const client = async (): Promise<void> => {
      while (stopping) {
        const options = { key: system.adminKey, body: body(), headers: { 'idempotency-key': randomUUID() } };
        const answer = await call(`${second}/incidents`, options).catch(() => undefined);
        // Refused or gone: a client goes to the next address with the same key.
        const final = answer?.status === 200 ? answer : await call(`${first}/incidents`, options);
        expect(final.status, final.text).toBe(200);
        accepted += 1;
      }
    };
    const clients = Promise.all(Array.from({ length: 4 }, client));
    await until('the load runs', () => accepted > 20);

    const began = performance.now();
    const stopped = stack.killService('gateway', 'SIGTERM', 1);
    await until('it is not ready any more', async () => {
      const answer = await call(`${second}/readyz`).catch(() => undefined);
      return answer?.status !== 200;
    });
    for (const request of held)
      expect(await request.finish()).toMatchObject({ status: 200, body: { status: 'received' } });
    await stopped;
    expect(performance.now() - began).toBeLessThan(20_000);
    stopping = false;
    await clients;
    const reported = 'select count(*)::int as n from runbooks.incidents where site_id = $1';
    await until('every report is an incident', async () => {
      const [row] = await database.rows<{ n: number }>(reported, [box.siteId]);
      return row!.n === accepted + held.length;
    });
    await stack.scale({ gateway: 2 });
  });
});
