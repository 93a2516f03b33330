import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventCatalog, type RequestOf } from '@countersign/shared/contracts';
import { keyIdOf, nodeEd25519, orderIdFor } from '@countersign/shared/crypto';
import { AppError, newId } from '@countersign/shared/kernel';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { readOrders } from './read-orders.ts';
import { eventsAbout, type Orders, recorded, selected, startOrders } from './start-orders.ts';

let database: TestDatabase;
let orders: Orders;
let replica: Orders;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'orders');
  orders = startOrders(database.databaseUrl);
  replica = startOrders(database.databaseUrl);
});
afterAll(async () => {
  await Promise.all([orders?.stop(), replica?.stop()]);
  await database?.drop();
});

type Question = RequestOf<'rpc.orders.enrol-appliance.v1'>;
const newKey = () => nodeEd25519.publicKeyOf(randomBytes(32).toString('hex'));
const enrolment = (site_id: string, changes: Partial<Question> = {}): Question => ({
  enrolment_id: newId(),
  site_id,
  host_id: 'box-1',
  public_key: newKey(),
  token_id: newId(),
  authorised_by: newId(),
  ...changes,
});
const enrol = async (question: Question, by = orders) => (await by.enrol([question]))[0]!;
const codeOf = (answer: unknown) => (answer instanceof AppError ? answer.code : answer);
const checkIn = async (site_id: string, changes: object = {}, by = orders) => {
  const about = { deployment_mode: 'direct' as const, policy_version: '1.0', may_replace_key: false };
  return (await by.checkIn([{ site_id, host_id: 'box-1', ...about, ...changes }]))[0]!;
};
const poll = async (site_id: string, changes: object = {}) => {
  const [answer] = await orders.poll([{ site_id, limit: 50, etag: null, ...changes }]);
  return (answer as { page: { orders: { order_id: string; appliance_epoch?: number }[] } }).page.orders;
};
const acknowledge = async (site_id: string, order_id: string, changes: object = {}) =>
  (await orders.acknowledge([{ site_id, order_id, principal_id: newId(), ...changes }]))[0]!;
const keysOf = async (site_id: string) =>
  (
    await orders.pool.query(
      'select public_key, epoch, valid_from, valid_until from appliance_key_validity where site_id = $1 order by valid_from',
      [site_id],
    )
  ).rows;

describe('an enrolment', () => {
  it('makes the key the current one, ends the validity of the one before, and keeps that one for old evidence', async () => {
    const site = 'supersede';
    const tofu = newKey();
    await checkIn(site, { public_key: tofu });
    const first = enrolment(site);
    expect(await enrol(first)).toMatchObject({ epoch: 1 });
    const second = enrolment(site);
    expect(await enrol(second)).toMatchObject({ epoch: 2 });
    expect(await orders.readKeys([{ site_id: site, host_id: 'box-1' }])).toEqual([{ public_key: second.public_key }]);
    const keys = await keysOf(site);
    expect(keys.map((key) => [key.public_key, key.epoch])).toEqual([
      [tofu, 0],
      [first.public_key, 1],
      [second.public_key, 2],
    ]);
    expect(keys.map((key) => key.valid_until)).toEqual([keys[1].valid_from, keys[2].valid_from, null]);
  });

  it('is an event that says key, epoch, the key before, the token and who gave it', async () => {
    const site = 'said';
    const first = enrolment(site);
    const second = enrolment(site, { authorised_by: null });
    await enrol(first);
    await enrol(second);
    const said = (await eventsAbout(orders.pool, site)).filter(({ type }) => type === 'orders.appliance-enrolled.v1');
    expect(said.map(({ id }) => id)).toEqual([`enrolled:${first.enrolment_id}`, `enrolled:${second.enrolment_id}`]);
    const { enrolment_id, token_id, public_key } = second;
    expect(eventCatalog['orders.appliance-enrolled.v1'].schema.parse(said[1]!.data)).toMatchObject({
      ...{ enrolment_id, token_id, public_key, epoch: 2, authorised_by: null },
      previous_key_id: keyIdOf(first.public_key),
    });
    expect(said[0]!.data).toMatchObject({ previous_key_id: null, authorised_by: first.authorised_by });
  });

  it('that is asked for again, also by two replicas at once, is done once and has the same answer', async () => {
    const site = 'repeat';
    const question = enrolment(site);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => enrol(question, turn % 2 ? orders : replica)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await keysOf(site)).toHaveLength(1);
    const said = (await eventsAbout(orders.pool, site)).filter(({ type }) => type === 'orders.appliance-enrolled.v1');
    expect(said).toHaveLength(1);
  });

  it('that a later one has superseded is not handed out again', async () => {
    const first = enrolment('late-repeat');
    await enrol(first);
    await enrol(enrolment('late-repeat'));
    expect(codeOf(await enrol(first))).toBe('ENROLMENT.SUPERSEDED');
  });

  it('refuses a key that another appliance has or had, and one that this appliance gave up', async () => {
    const site = 'taken';
    const former = enrolment(site);
    const current = enrolment(site);
    await enrol(former);
    await enrol(current);
    for (const public_key of [former.public_key, current.public_key]) {
      expect(codeOf(await enrol(enrolment(site, { host_id: 'box-2', public_key })))).toBe('ENROLMENT.KEY_TAKEN');
      expect(codeOf(await enrol(enrolment('taken-elsewhere', { public_key })))).toBe('ENROLMENT.KEY_TAKEN');
    }
    expect(codeOf(await enrol(enrolment(site, { public_key: former.public_key })))).toBe('ENROLMENT.KEY_TAKEN');
    expect(await keysOf('taken-elsewhere')).toEqual([]);
    // Its own current key is proved anew: so a box that checked in before enrols without a change of key.
    expect(await enrol(enrolment(site, { public_key: current.public_key }))).toMatchObject({ epoch: 3 });
  });

  it('of one key by many appliances at the same moment gives it to one', async () => {
    const public_key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, turn) =>
        enrol(enrolment('one-key', { host_id: `box-${turn}`, public_key }), turn % 2 ? orders : replica),
      ),
    );
    expect(answers.filter((answer) => !(answer instanceof AppError))).toHaveLength(1);
    expect(await keysOf('one-key')).toHaveLength(1);
  });

  it('refuses small-order and non-canonical keys, whatever the gateway let through', async () => {
    for (const public_key of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ed${'ff'.repeat(30)}7f`]) {
      expect(codeOf(await enrol(enrolment('weak', { public_key })))).toBe('CRYPTO.UNACCEPTABLE_PUBLIC_KEY');
    }
  });
});

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
    expect(signed.toSorted()).toEqual([0, 1, 1]);
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
    expect(found.map((order) => (order as { target_appliance_id?: string }).target_appliance_id)).toEqual(['box-2']);
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

describe('the key of an enrolled appliance', () => {
  it('is changed by no check-in, not even an administrator’s', async () => {
    const site = 'no-tofu';
    const { public_key } = enrolment(site);
    await enrol(enrolment(site, { public_key }));
    for (const may_replace_key of [false, true]) {
      const answer = await checkIn(site, { public_key: newKey(), may_replace_key, agent_version: 'other' });
      expect(codeOf(answer)).toBe('ORDERS.KEY_CONFLICT');
    }
    expect(await orders.readKeys([{ site_id: site, host_id: 'box-1' }])).toEqual([{ public_key }]);
    expect(await keysOf(site)).toHaveLength(1);
    expect(await checkIn(site, { public_key })).toMatchObject({ status: 'ok' });
    expect(await checkIn(site)).toMatchObject({ status: 'ok' });
  });

  it('that never enrolled is still replaced by an administrator', async () => {
    const site = 'tofu';
    const [one, two] = [newKey(), newKey()];
    await checkIn(site, { public_key: one });
    expect(codeOf(await checkIn(site, { public_key: two }))).toBe('ORDERS.KEY_CONFLICT');
    expect(await checkIn(site, { public_key: two, may_replace_key: true })).toMatchObject({ status: 'ok' });
  });
});
