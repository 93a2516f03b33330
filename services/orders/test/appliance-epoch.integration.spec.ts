import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventCatalog } from '@countersign/shared/contracts';
import { orderIdFor } from '@countersign/shared/crypto';
import { callsTo, codeOf, enrolment } from './enrolment-calls.ts';
import { readOrders } from './read-orders.ts';
import { eventsAbout, type Orders, recorded, selected, startReplicas } from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;
const { enrol, checkIn, poll, acknowledge } = callsTo(() => orders);

beforeAll(async () => {
  ({ orders, replica, stop } = await startReplicas());
});
afterAll(() => stop?.());

describe('orders and the epoch of their appliance', () => {
  it('end with the epoch: none of the one before reaches the new box, and its incidents are told', async () => {
    const site = 'orders-end';
    await enrol(enrolment(site));
    const incidents = ['a', 'b', 'c'].map((check_type) => selected({ site_id: site, check_type }));
    const sibling = selected({ site_id: site, host_id: 'box-2' });
    await orders.issue([...incidents, sibling]);
    const [pending, delivered, acknowledged] = incidents.map(({ data }) => orderIdFor(data.incident_id));
    await acknowledge(site, acknowledged!);
    await orders.poll([{ site_id: site, host_id: 'box-1', limit: 2, etag: null }]);
    await enrol(enrolment(site));
    expect((await poll(site)).map((order) => order.order_id)).toEqual([orderIdFor(sibling.data.incident_id)]);
    const rows = (await readOrders(orders, site)).filter(
      ({ order_id }) => order_id !== orderIdFor(sibling.data.incident_id),
    );
    expect(rows.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    for (const id of [pending!, delivered!, acknowledged!]) {
      expect(codeOf(await acknowledge(site, id))).toBe('ORDERS.NOT_OPEN');
    }
    const closed = (await eventsAbout(orders.pool, site)).filter(({ type }) => type === 'orders.closed.v1');
    expect(closed).toHaveLength(3);
    for (const { data } of closed) {
      eventCatalog['orders.closed.v1'].schema.parse(data);
      expect(data).toMatchObject({ status: 'cancelled', reason: expect.stringContaining('superseded') });
    }
  });

  it('fit: an order names in its signed text the epoch in which it was signed', async () => {
    const site = 'orders-fit';
    await checkIn(site);
    await orders.issue([selected({ site_id: site, check_type: 'before' })]);
    expect((await poll(site)).map((order) => order.appliance_epoch)).toEqual([0]);
    await enrol(enrolment(site));
    // The replica that issues remembers epoch 0, and finds out.
    await orders.issue([selected({ site_id: site, check_type: 'after' })]);
    await replica.issue([selected({ site_id: site, check_type: 'later' })]);
    const found = await poll(site);
    expect(found.map((order) => order.appliance_epoch)).toEqual([1, 1]);
    const rows = await readOrders(orders, site);
    const signed = rows.map(({ signed_payload }) => JSON.parse(signed_payload).appliance_epoch as number);
    expect(signed.toSorted((a, b) => a - b)).toEqual([0, 1, 1]);
  });

  it('stay apart while orders are issued and the appliance enrols again and again', async () => {
    const site = 'race';
    let ended = 0;
    await checkIn(site);
    for (let round = 0; round < 12; round += 1) {
      const events = Array.from({ length: 12 }, (_, n) => selected({ site_id: site, check_type: `c${round}-${n}` }));
      const [answer] = await Promise.all([
        enrol(enrolment(site), round % 2 ? orders : replica),
        ...events.map((event, n) => (n % 2 ? orders : replica).issue([event])),
      ]);
      const { epoch } = answer as { epoch: number };
      const found = await poll(site);
      expect(found.every((order) => order.appliance_epoch === epoch)).toBe(true);
      const rows = await readOrders(orders, site);
      const open = rows.filter(({ status }) => status === 'pending' || status === 'delivered');
      expect(open.every(({ signed_payload }) => JSON.parse(signed_payload).appliance_epoch === epoch)).toBe(true);
      ended = rows.length - open.length;
      // None is lost: each incident has an order, of the epoch before (ended) or of the new one.
      expect(rows).toHaveLength((round + 1) * 12);
    }
    // Some were signed before and ended, some after: it was a race.
    expect(ended).toBeGreaterThan(11 * 12 - 1);
  });

  it('of an epoch before that is still open, against all odds, is neither delivered nor taken on, and is replaced', async () => {
    const site = 'odds';
    const first = selected({ site_id: site });
    await orders.issue([first]);
    // As if the appliance had been registered and enrolled while its first order was being inserted.
    await orders.pool.query(
      `insert into appliances (site_id, host_id, deployment_mode, policy_version, registered_at, last_checkin, epoch)
       values ($1, 'box-1', 'direct', '1.0', now(), now(), 1)`,
      [site],
    );
    expect(await poll(site)).toEqual([]);
    expect(codeOf(await acknowledge(site, orderIdFor(first.data.incident_id)))).toBe('ORDERS.NOT_OPEN');
    const next = selected({ site_id: site });
    await orders.issue([next]);
    expect((await poll(site)).map((order) => [order.order_id, order.appliance_epoch])).toEqual([
      [orderIdFor(next.data.incident_id), 1],
    ]);
  });

  it('survive evidence that the old box made: it is kept with the order that has ended', async () => {
    const site = 'late';
    const event = selected({ site_id: site });
    const order_id = orderIdFor(event.data.incident_id);
    await orders.issue([event]);
    await enrol(enrolment(site));
    const evidence = recorded({ site_id: site, order_id });
    await orders.close([evidence]);
    const { rows } = await orders.pool.query('select status, late_evidence_id from orders where order_id = $1', [
      order_id,
    ]);
    expect(rows).toEqual([{ status: 'cancelled', late_evidence_id: evidence.data.evidence_id }]);
  });
});

describe('a credential and the epoch of its appliance', () => {
  it('fit: the box that was superseded gets no order, takes none on, and cannot check in', async () => {
    const site = 'old-box';
    const key = enrolment(site);
    await enrol(key);
    await enrol(enrolment(site));
    const event = selected({ site_id: site });
    await orders.issue([event]);
    const order_id = orderIdFor(event.data.incident_id);
    expect(await poll(site, { host_id: 'box-1', credential_epoch: 1 })).toEqual([]);
    expect(codeOf(await acknowledge(site, order_id, { credential_epoch: 1 }))).toBe('ENROLMENT.SUPERSEDED');
    const before = await orders.pool.query('select * from appliances where site_id = $1', [site]);
    for (const public_key of [undefined, key.public_key]) {
      const answer = await checkIn(site, { credential_epoch: 1, public_key, agent_version: 'stolen' });
      expect(codeOf(answer)).toBe('ENROLMENT.SUPERSEDED');
    }
    expect((await orders.pool.query('select * from appliances where site_id = $1', [site])).rows).toEqual(before.rows);
    expect(await checkIn(site, { credential_epoch: 2 })).toMatchObject({ pending_orders: [{ order_id }] });
    expect(await acknowledge(site, order_id, { credential_epoch: 2 })).toMatchObject({ status: 'acknowledged' });
  });

  it('of the site, which comes from no enrolment, no longer acts for an appliance that enrolled', async () => {
    const site = 'site-key';
    await checkIn(site, { credential_epoch: 0 });
    await checkIn(site, { credential_epoch: 0, host_id: 'box-2' });
    await enrol(enrolment(site));
    await orders.issue([selected({ site_id: site }), selected({ site_id: site, host_id: 'box-2' })]);
    const found = await poll(site, { credential_epoch: 0 });
    expect(found.map((order) => order.target_appliance_id)).toEqual(['box-2']);
    expect(codeOf(await checkIn(site, { credential_epoch: 0 }))).toBe('ENROLMENT.SUPERSEDED');
    expect(await checkIn(site, { credential_epoch: 0, host_id: 'box-2' })).toMatchObject({ status: 'ok' });
  });

  it('of one host does not take on the order of another, and is not told that there is one', async () => {
    const site = 'other-host';
    const event = selected({ site_id: site, host_id: 'box-2' });
    await orders.issue([event]);
    const answer = await acknowledge(site, orderIdFor(event.data.incident_id), { host_id: 'box-1' });
    expect(codeOf(answer)).toBe('ORDERS.NOT_FOUND');
  });
});
