import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventEnvelope, eventCatalog, outcome } from '@countersign/shared/contracts';
import { orderIdFor } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { canBecome, isOpen, orderStatuses } from '../src/domain/order-states.ts';
import { eventsAbout, type Orders, recorded, selected, startReplicas } from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ orders, replica, stop } = await startReplicas());
});
afterAll(() => stop?.());

async function issueFor(site_id: string, ...hosts: string[]): Promise<string[]> {
  const events = hosts.map((host_id) => selected({ site_id, host_id }));
  await orders.issue(events);
  return events.map(({ data }) => orderIdFor(data.incident_id));
}

async function fateOf(orderId: string) {
  const sql =
    'select status, close_reason, evidence_id, late_evidence_id, deadline_at, closed_at from orders where order_id = $1';
  return (await orders.pool.query<Record<string, unknown>>(sql, [orderId])).rows[0]!;
}

const closedEvents = async (siteId: string) =>
  (await eventsAbout(orders.pool, siteId)).filter(
    (event) => event.type === 'orders.closed.v1',
  ) as EventEnvelope<'orders.closed.v1'>[];

describe('evidence', () => {
  it.each(outcome.options)('with outcome %s ends the order and says so', async (said) => {
    const site_id = `outcome-${said}`;
    const [order_id] = await issueFor(site_id, 'box-1');
    const event = recorded({ site_id, order_id: order_id!, outcome: said });
    await orders.close([event]);
    const status = said === 'success' ? 'completed' : 'failed';
    expect(await fateOf(order_id!)).toMatchObject({ status, evidence_id: event.data.evidence_id, deadline_at: null });
    const [closed] = await closedEvents(site_id);
    eventCatalog['orders.closed.v1'].schema.parse(closed!.data);
    expect(closed).toMatchObject({
      id: `closed:${order_id}`,
      traceparent: event.traceparent,
      data: { order_id, status },
    });
    expect(closed!.data.reason === 'refused by the appliance').toBe(said === 'rejected');
  });

  it('names every incident that the order answers', async () => {
    const site_id = 'all-incidents';
    const events = Array.from({ length: 4 }, () => selected({ site_id }));
    await orders.issue(events.slice(0, 2));
    await orders.issue(events.slice(2));
    await orders.close([recorded({ site_id, order_id: orderIdFor(events[0]!.data.incident_id) })]);
    const [closed] = await closedEvents(site_id);
    expect(closed?.data.incident_ids).toEqual(events.map(({ data }) => data.incident_id));
  });

  it('of another site or another appliance does not touch the order, nor does one for an order that never was', async () => {
    const [order_id] = await issueFor('victim', 'box-1');
    await orders.close([
      recorded({ site_id: 'attacker', order_id: order_id! }),
      recorded({ site_id: 'victim', host_id: 'box-2', order_id: order_id! }),
      recorded({ site_id: 'victim', order_id: 'f'.repeat(16) }),
      recorded({ site_id: 'victim' }),
    ]);
    expect(await fateOf(order_id!)).toMatchObject({ status: 'pending', evidence_id: null, late_evidence_id: null });
  });

  it('has its effect once, however often and wherever it comes', async () => {
    const site_id = 'repeated';
    const [order_id] = await issueFor(site_id, 'box-1');
    const event = recorded({ site_id, order_id: order_id! });
    await Promise.all([orders.close([event, event]), replica.close([event]), orders.close([event])]);
    await replica.close([event]);
    expect(await closedEvents(site_id)).toHaveLength(1);
    expect(await fateOf(order_id!)).toMatchObject({ status: 'completed', late_evidence_id: null });
  });

  it('that comes after the end is kept, and changes nothing else', async () => {
    const site_id = 'late';
    const [order_id] = await issueFor(site_id, 'box-1');
    const [first, second, third] = [1, 2, 3].map(() => recorded({ site_id, order_id: order_id! }));
    await orders.close([first!, recorded({ ...second!.data, outcome: 'failed' })]);
    await orders.close([third!]);
    expect(await fateOf(order_id!)).toMatchObject({
      status: 'completed',
      evidence_id: first!.data.evidence_id,
      late_evidence_id: second!.data.evidence_id,
    });
    expect(await closedEvents(site_id)).toHaveLength(1);
  });
});

describe('the sweeper', () => {
  it('expires what is overdue in each open state, and only that', async () => {
    const site_id = 'sweep';
    const [pending, delivered, acknowledged, ended] = (await issueFor(site_id, 'p', 'd', 'a', 'e')) as [
      string,
      string,
      string,
      string,
    ];
    await orders.poll([{ site_id, host_id: 'd', limit: 50, etag: null }]);
    await orders.acknowledge([{ site_id, order_id: acknowledged, principal_id: newId() }]);
    await orders.close([recorded({ site_id, host_id: 'e', order_id: ended })]);

    orders.later(899.9);
    await orders.expire();
    expect(await closedEvents(site_id)).toHaveLength(1);
    orders.later(0.1);
    await orders.expire();
    const reasons = new Map(
      (await closedEvents(site_id)).map(({ data }) => [data.order_id, `${data.status}: ${data.reason}`]),
    );
    expect(reasons.get(pending)).toMatch(/^expired: .*fetched/);
    expect(reasons.get(delivered)).toMatch(/^expired: .*acknowledged/);
    expect(reasons.get(ended)).toMatch(/^completed/);
    expect(reasons.has(acknowledged)).toBe(false);

    orders.later(900);
    await orders.expire();
    expect(await fateOf(acknowledged)).toMatchObject({
      status: 'expired',
      close_reason: 'no evidence came within the execution limit',
    });
    orders.later(-1_800);
  });

  it('shares the work with its replicas: more than one batch, each order once', async () => {
    const site_id = 'two-sweepers';
    const ids = await issueFor(site_id, ...Array.from({ length: 230 }, (_, index) => `box-${index}`));
    orders.later(901);
    replica.time.now = orders.time.now;
    const swept = await Promise.all([orders.expire(), replica.expire(), orders.expire(), replica.expire()]);
    orders.later(-901);
    expect(swept.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(230);
    const closed = (await closedEvents(site_id)).map(({ data }) => data.order_id);
    expect(closed.toSorted()).toEqual(ids.toSorted());
  });

  it('and evidence at the same moment: one end, and late evidence is kept', async () => {
    const site_id = 'sweep-or-evidence';
    const hosts = Array.from({ length: 30 }, (_, index) => `box-${index}`);
    const ids = await issueFor(site_id, ...hosts);
    replica.time.now = new Date(orders.time.now.getTime() + 901_000);
    const evidence = hosts.map((host_id, index) => recorded({ site_id, host_id, order_id: ids[index]! }));
    await Promise.all([...evidence.map((event) => orders.close([event])), replica.expire()]);
    expect(await closedEvents(site_id)).toHaveLength(30);
    for (const [index, id] of ids.entries()) {
      const fate = await fateOf(id);
      const { evidence_id } = evidence[index]!.data;
      expect([fate['evidence_id'], fate['late_evidence_id']]).toEqual(
        fate['status'] === 'completed' ? [evidence_id, null] : [null, evidence_id],
      );
    }
  });
});

describe('the database', () => {
  it('knows the same states as the domain, and that an end is final', async () => {
    const [order_id] = await issueFor('states', 'box-1');
    await expect(
      orders.pool.query("update orders set status = 'lost' where order_id = $1", [order_id]),
    ).rejects.toThrow(/check/);
    for (const status of orderStatuses) {
      const [id] = await issueFor('states', `box-${status}`);
      const sets = isOpen(status) ? 'status = $2' : 'status = $2, closed_at = now(), deadline_at = null';
      await orders.pool.query(`update orders set ${sets} where order_id = $1`, [id, status]);
      for (const next of orderStatuses.filter((one) => one !== status && !isOpen(status))) {
        expect(canBecome(status, next)).toBe(false);
        const change = orders.pool.query('update orders set status = $2 where order_id = $1', [id, next]);
        await expect(change).rejects.toThrow('the order has ended');
      }
    }
  });

  it.each([
    "delete from orders where site_id = 'states'",
    "update orders set signature = '' where site_id = 'states'",
    "update orders set signed_payload = signed_payload || ' ' where site_id = 'states'",
    'truncate orders',
    "delete from order_incidents where order_id = ''",
    "update order_incidents set order_id = ''",
    "update appliance_keys set public_key = ''",
    'delete from appliance_keys',
    'drop table orders',
    'alter table orders disable trigger all',
  ])('refuses its own service: %s', async (sql) => {
    await expect(orders.pool.query(sql)).rejects.toThrow(/refused|permission denied|must be owner/);
  });
});

describe('the question for missing effects', () => {
  it('names the events without effect, and not those that are given up', async () => {
    const [done, lost, dead] = [
      selected({ site_id: 'missing' }),
      selected({ site_id: 'missing' }),
      selected({ site_id: 'missing' }),
    ];
    await orders.issue([done]);
    const [seen, unseen, buried] = [1, 2, 3].map(() => recorded({ site_id: 'missing' }).id);
    await orders.close([{ ...recorded({ site_id: 'missing' }), id: seen! }]);
    await orders.pool.query(
      `insert into dead_letters (id, consumer, event_id, event_type, event, error_code, cause)
       values ('d1', 'orders-issue-order', $1, 'runbooks.selected.v1', '{}', 'X', 'x'),
         ('d2', 'orders-close-order', $2, 'evidence.recorded.v1', '{}', 'X', 'x'),
         ('d3', 'orders-issue-order', $3, 'evidence.recorded.v1', '{}', 'X', 'x')`,
      [dead.id, buried, unseen],
    );
    const answers = await orders.findMissingEffects([
      { type: 'runbooks.selected.v1', event_ids: [done.id, lost.id, dead.id, 'selected:nonsense', 'x'] },
      { type: 'evidence.recorded.v1', event_ids: [seen!, unseen!, buried!] },
      { type: 'runbooks.selected.v1', event_ids: [] },
      { type: 'gateway.incident-reported.v1', event_ids: ['y'] },
    ]);
    expect(answers.map((answer) => answer.missing)).toEqual([[lost.id], [unseen], [], []]);
  });
});
