import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventCatalog, requestCatalog } from '@countersign/shared/contracts';
import { nodeEd25519, orderIdFor } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { createDataSource, openSiteScope, type SiteScope, type DataSource } from '@countersign/shared/persistence';
import { createCountOrders } from '../src/features/count-orders/count-orders.handler.ts';
import { ApplianceEntity } from '../src/persistence/appliance.entity.ts';
import { OrderEntity } from '../src/persistence/order.entity.ts';
import { StatsRepository } from '../src/persistence/stats.repository.ts';
import {
  checkInOf as question,
  eventsAbout,
  keyRing,
  type Orders,
  recorded,
  selected,
  startReplicas,
} from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;
let source: DataSource;
let sites: SiteScope;

beforeAll(async () => {
  const replicas = await startReplicas();
  ({ orders, replica, stop } = replicas);
  const settings = {
    databaseUrl: replicas.databaseUrl,
    schema: 'orders',
    applicationName: 'orders-spec',
    entities: [OrderEntity, ApplianceEntity],
  };
  source = createDataSource(settings);
  await source.initialize();
  sites = await openSiteScope(settings);
});

afterAll(async () => {
  await Promise.all([source?.destroy(), sites?.close()]);
  await stop?.();
});

const { response: checkInResponse } = requestCatalog['rpc.orders.check-in.v1'];

async function checkIn(site_id: string, changes: Parameters<typeof question>[1] = {}, by = orders) {
  const [answer] = await by.checkIn([question(site_id, changes)]);
  return answer!;
}

const keyOf = (byte: string) => nodeEd25519.publicKeyOf(byte.repeat(32));
const keyAt = async (site_id: string, host_id = 'box-1') =>
  (await orders.readKeys([{ site_id, host_id }]))[0]?.public_key;
const registrations = async (siteId: string) =>
  (await eventsAbout(orders.pool, siteId)).filter((event) => event.type === 'orders.appliance-registered.v1');

describe('checking in', () => {
  it('registers, then updates, and hands out both server keys', async () => {
    const first = checkInResponse.parse(await checkIn('new', { agent_version: '1' }));
    expect(first).toMatchObject({ action: 'registered', server_public_key: keyRing.publicKey, pending_orders: [] });
    expect(first.server_public_keys).toEqual(keyRing.publicKeys);
    expect(first.server_public_keys).toHaveLength(2);
    orders.later(10);
    expect(await checkIn('new', { agent_version: '2', deployment_mode: 'reseller', reseller_id: 'r' })).toMatchObject({
      action: 'updated',
    });
    const { rows } = await orders.pool.query("select * from appliances where site_id = 'new'");
    expect(rows).toEqual([
      expect.objectContaining({ agent_version: '2', reseller_id: 'r', last_checkin: orders.time.now }),
    ]);
    const [event] = await registrations('new');
    eventCatalog['orders.appliance-registered.v1'].schema.parse(event!.data);
    expect(await registrations('new')).toHaveLength(1);
  });

  it('registers several appliances of a site, each by its own name', async () => {
    const answers = await orders.checkIn(['a', 'b', 'a'].map((host_id) => question('several', { host_id })));
    expect(answers).toMatchObject([{ action: 'registered' }, { action: 'registered' }, { action: 'updated' }]);
    expect(await registrations('several')).toHaveLength(2);
  });

  it('registers once when the same box asks two replicas at the same moment', async () => {
    const asked = Array.from({ length: 20 }, (_, index) =>
      checkIn('twice', { public_key: keyOf('44') }, index % 2 ? orders : replica),
    );
    const actions = (await Promise.all(asked)).map((answer) => 'action' in answer && answer.action);
    expect(actions.filter((action) => action === 'registered')).toHaveLength(1);
    expect(await registrations('twice')).toHaveLength(1);
  });

  it('takes crossing batches of replicas without a deadlock', async () => {
    const batch = Array.from({ length: 30 }, (_, index) => question('crossing', { host_id: `box-${index}` }));
    const answers = await Promise.all([
      orders.checkIn(batch),
      replica.checkIn(batch.toReversed()),
      orders.checkIn(batch),
    ]);
    expect(answers.flat().some((answer) => answer instanceof AppError)).toBe(false);
    expect(await registrations('crossing')).toHaveLength(30);
  });

  it('carries the orders of that appliance, and counts them as delivered', async () => {
    const mine = selected({ site_id: 'orders', host_id: 'box-1' });
    await orders.issue([mine, selected({ site_id: 'orders', host_id: 'box-2' })]);
    const id = orderIdFor(mine.data.incident_id);
    for (let round = 0; round < 2; round += 1) {
      const answer = checkInResponse.parse(await checkIn('orders'));
      expect(answer.pending_orders.map((order) => order.order_id)).toEqual([id]);
    }
    const delivered = (await eventsAbout(orders.pool, 'orders')).filter(
      (event) => event.type === 'orders.delivered.v1',
    );
    expect(delivered.map((event) => event.id)).toEqual([`delivered:${id}`]);
  });
});

describe('the key of an appliance', () => {
  it('is kept from the first check-in that brings one; check-ins without a key leave it', async () => {
    await checkIn('key');
    expect(await keyAt('key')).toBeNull();
    await checkIn('key', { public_key: keyOf('44') });
    await checkIn('key', { public_key: null });
    await checkIn('key', { public_key: keyOf('44') });
    expect(await keyAt('key')).toBe(keyOf('44'));
    expect((await registrations('key')).map((event) => event.id.split('@')[0])).toEqual([
      'registered:key/box-1/-',
      `registered:key/box-1/${keyOf('44')}`,
    ]);
  });

  it('cannot be replaced by whoever holds the key of the site, and the attempt updates nothing', async () => {
    await checkIn('takeover', { public_key: keyOf('44') });
    const { rows: before } = await orders.pool.query("select * from appliances where site_id = 'takeover'");
    orders.later(10);
    const attempt = await checkIn('takeover', { public_key: keyOf('55'), agent_version: 'evil' });
    expect(attempt).toMatchObject({ code: 'ORDERS.KEY_CONFLICT', kind: 'conflict' });
    const { rows: after } = await orders.pool.query("select * from appliances where site_id = 'takeover'");
    expect(after).toEqual(before);
    expect(await registrations('takeover')).toHaveLength(1);
  });

  it('is replaced by who may, and the old one stays on record', async () => {
    await checkIn('replace', { public_key: keyOf('44') });
    orders.later(1);
    expect(await checkIn('replace', { public_key: keyOf('55'), may_replace_key: true })).toMatchObject({
      action: 'updated',
    });
    expect(await keyAt('replace')).toBe(keyOf('55'));
    expect(await checkIn('replace', { public_key: keyOf('44') })).toMatchObject({ code: 'ORDERS.KEY_CONFLICT' });
    const { rows } = await orders.pool.query(
      "select public_key from appliance_keys where site_id = 'replace' order by enrolled_at",
    );
    expect(rows.map((row: { public_key: string }) => row.public_key)).toEqual([keyOf('44'), keyOf('55')]);
  });

  it('is the first of two that come in one batch; the other is refused', async () => {
    const keys = [keyOf('44'), keyOf('55'), keyOf('44')];
    const answers = await orders.checkIn(keys.map((public_key) => question('contest', { public_key })));
    expect(answers).toMatchObject([{ action: 'registered' }, { code: 'ORDERS.KEY_CONFLICT' }, { action: 'updated' }]);
    expect(await keyAt('contest')).toBe(keyOf('44'));
  });

  it('is one of two that replicas enrol at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const site = `contest-${round}`;
      const [a, b] = await Promise.all([
        checkIn(site, { public_key: keyOf('44') }),
        checkIn(site, { public_key: keyOf('55') }, replica),
      ]);
      expect([a, b].filter((answer) => answer instanceof AppError)).toHaveLength(1);
      expect(await keyAt(site)).toBe(a instanceof AppError ? keyOf('55') : keyOf('44'));
    }
  });

  it.each([
    ['the identity', `01${'00'.repeat(31)}`],
    ['a point of small order', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['no canonical point', `ee${'ff'.repeat(30)}7f`],
  ])('is refused before anything else when it is %s', async (_, public_key) => {
    const [good, bad] = await orders.checkIn([
      question('bad-key', { host_id: 'good' }),
      question('bad-key', { public_key }),
    ]);
    expect(bad).toMatchObject({ code: 'CRYPTO.UNACCEPTABLE_PUBLIC_KEY' });
    expect(good).toMatchObject({ status: 'ok' });
    expect(
      (await orders.pool.query("select from appliances where site_id = 'bad-key' and host_id = 'box-1'")).rowCount,
    ).toBe(0);
  });

  it('is told for each of many at once, null where there is none', async () => {
    await orders.checkIn([
      question('many', { host_id: 'a', public_key: keyOf('44') }),
      question('many', { host_id: 'b' }),
    ]);
    const keys = await orders.readKeys(['b', 'nobody', 'a', 'a'].map((host_id) => ({ site_id: 'many', host_id })));
    expect(keys.map((answer) => answer.public_key)).toEqual([null, null, keyOf('44'), keyOf('44')]);
  });
});

describe('the counts', () => {
  it('count appliances of the last 24 hours and orders by state, of a site or of all', async () => {
    const count = createCountOrders(new StatsRepository(source, sites), { now: () => orders.time.now });
    const site_id = 'counted';
    orders.later(-90_000);
    await checkIn(site_id, { host_id: 'gone' });
    await orders.issue([selected({ site_id, host_id: 'gone' })]);
    orders.later(90_000);
    await checkIn(site_id, { host_id: 'here' });
    const events = ['a', 'b', 'c'].map((host_id) => selected({ site_id, host_id }));
    await orders.issue(events);
    await orders.close([recorded({ site_id, host_id: 'a', order_id: orderIdFor(events[0]!.data.incident_id) })]);
    const [own, all] = await count([{ site_id }, { site_id: null }]);
    expect(own).toEqual({ active_appliances: 1, orders_24h: { completed: 1, pending: 2 } });
    expect(all!.active_appliances).toBeGreaterThan(1);
    expect(await count([{ site_id: 'nowhere' }])).toEqual([{ active_appliances: 0, orders_24h: {} }]);
  });
});
