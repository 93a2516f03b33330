import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ordersResponse, type SignedOrder } from '@countersign/shared/contracts';
import { type Box, enrolBox } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';

const system = inject('system');

describe('a poll', () => {
  let box: Box;
  const issued: string[] = [];

  beforeAll(async () => {
    box = await enrolBox(system);
    for (const check of ['a', 'b', 'c', 'd', 'e']) {
      const { body } = await box.incident({ check_type: check });
      issued.push(body.order_id);
    }
  });

  it('gives the open orders, oldest first, as they were signed', async () => {
    const { orders, count, next } = ordersResponse.parse((await box.orders()).body);
    expect(orders.map((order) => order.order_id)).toEqual(issued);
    expect([count, next]).toEqual([5, null]);
    for (const order of orders) {
      const { signed_payload, signature: _signature, key_id: _keyId, ...outer } = order;
      expect(JSON.parse(signed_payload)).toEqual(outer);
    }
  });

  it('comes in pages that leave nothing out', async () => {
    const seen: string[] = [];
    const pages: number[] = [];
    for (let after: string | null = ''; after !== null;) {
      const { body } = await box.orders(`?limit=2${after && `&after=${after}`}`);
      const page = ordersResponse.parse(body);
      seen.push(...page.orders.map((order: SignedOrder) => order.order_id));
      pages.push(page.count);
      after = page.next;
    }
    expect([seen, pages]).toEqual([issued, [2, 2, 1]]);
  });

  it('has an ETag, and nothing new is a 304 without a body, through any gateway', async () => {
    const etag = (await box.orders()).headers.get('etag')!;
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await box.send(`/orders/${box.siteId}`, { gateway: 1, headers: { 'if-none-match': etag } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    const { body } = await box.incident({ check_type: 'f' });
    issued.push(body.order_id);
    const changed = await box.orders('', { 'if-none-match': etag });
    expect([changed.status, changed.body.count]).toEqual([200, 6]);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('gives the orders of one host when it names one', async () => {
    const sibling = await enrolBox(system, { siteId: box.siteId, hostId: 'box-2' });
    const { body } = await sibling.incident();
    const own = ordersResponse.parse((await box.orders('?host_id=box-2')).body);
    expect(own.orders.map((order) => [order.order_id, order.target_appliance_id])).toEqual([[body.order_id, 'box-2']]);
    expect((await box.orders('?host_id=nobody')).body).toMatchObject({ orders: [], count: 0 });
  });

  it('refuses a page that is none', async () => {
    for (const query of ['?limit=0', '?limit=101', '?limit=x', '?after=zz', '?host_id=..']) {
      expect(problemOf(await box.orders(query)), query).toEqual([400, 'REQUEST.INVALID']);
    }
  });

  it('leaves out what was acknowledged, which a second acknowledge does not change', async () => {
    const [first] = issued as [string];
    const [one, two] = [await box.acknowledge(first), await box.acknowledge(first)];
    expect([two.status, two.body]).toEqual([200, one.body]);
    const { orders } = ordersResponse.parse((await box.orders('?host_id=box-1')).body);
    expect(orders.map((order) => order.order_id)).toEqual(issued.slice(1));
  });

  it('and an acknowledge are for the own site only', async () => {
    const stranger = await enrolBox(system);
    expect(problemOf(await stranger.acknowledge(issued[1]!))).toEqual([404, 'ORDERS.NOT_FOUND']);
    expect((await stranger.orders()).body.count).toBe(0);
    expect((await box.orders('?host_id=box-1')).body.orders[0].order_id).toBe(issued[1]);
  });

  it('cannot be acknowledged once evidence has ended it', async () => {
    const bundle = box.sign(box.bundle({ order_id: issued[1], outcome: 'failed' }));
    expect((await box.send('/evidence', { body: bundle })).status).toBe(200);
    await box.sealed(bundle.bundle_id);
    await expect
      .poll(async () => (await box.acknowledge(issued[1]!)).body.error_code, { timeout: 10_000 })
      .toBe('ORDERS.NOT_OPEN');
  });
});
