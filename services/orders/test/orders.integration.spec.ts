import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { naclEd25519, orderIdFor, verifyOrder } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { createTestDatabase, emptyBroker, type TestDatabase } from '@countersign/shared/testing';
import { eventsAbout, recorded, selected } from './start-orders.ts';
import { startService } from './start-service.ts';

type Service = Awaited<ReturnType<typeof startService>>;

let database: TestDatabase;
let service: Service;
let replica: Service;

beforeAll(async () => {
  const natsUrl = inject('natsUrl');
  await emptyBroker(natsUrl);
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'orders');
  const { databaseUrl } = database;
  service = await startService({ databaseUrl, natsUrl, ttlSeconds: 900 });
  replica = await startService({ databaseUrl, natsUrl, ttlSeconds: 900 });
});

afterAll(async () => {
  await service?.stop();
  await replica?.stop();
  await database?.drop();
});

const patience = { timeout: 15_000, interval: 50 };

const idsAbout = async (siteId: string) => (await eventsAbout(service.pool, siteId)).map((event) => event.id);

/** What the service has said to the stream about a site. */
async function heardAbout(siteId: string): Promise<string[]> {
  const { state } = await service.messaging.broker.manager.streams.info('ORDERS');
  const heard: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await service.messaging.broker.manager.streams.getMessage('ORDERS', { seq });
    const events = message?.json<EventEnvelope[]>() ?? [];
    heard.push(...events.filter((event) => event.subject === siteId).map((event) => event.id));
  }
  return heard;
}

/** The id of a registration ends with its time. */
const withoutTime = (id: string) => id.replace(/@.*$/, '');

describe('the orders service', () => {
  it('takes an incident from its runbook to its end, over the broker', async () => {
    const site_id = 'walk';
    const appliance = { site_id, host_id: 'box-1' };
    const publicKey = naclEd25519.publicKeyOf('77'.repeat(32));
    const checkIn = {
      ...appliance,
      deployment_mode: 'direct' as const,
      policy_version: '1',
      public_key: publicKey,
      may_replace_key: false,
    };
    const greeting = await service.ask('rpc.orders.check-in.v1', checkIn);
    expect(greeting).toMatchObject({ action: 'registered', pending_orders: [] });

    const incident = selected({ site_id });
    const order_id = orderIdFor(incident.data.incident_id);
    const [reply] = await service.sayAndWait(incident);
    expect(reply).toEqual({ id: incident.data.incident_id, tier: 'L1', runbook_id: 'RB-DISK-001', order_id });

    const { page } = await service.ask('rpc.orders.poll.v1', { site_id, limit: 50, etag: null });
    const verified = verifyOrder(page!.orders[0], {
      publicKeys: greeting.server_public_keys,
      siteId: site_id,
      applianceId: 'box-1',
      now: new Date(),
      maxTtlSeconds: 900,
      ed25519: naclEd25519,
    });
    expect(verified).toMatchObject({ ok: true, value: { order_id, trace_id: incident.traceparent!.slice(3, 35) } });

    const acknowledged = await service.ask('rpc.orders.acknowledge.v1', { site_id, order_id, principal_id: newId() });
    expect(acknowledged).toMatchObject({ status: 'acknowledged', order_id });
    await service.say([recorded({ site_id, order_id })]);
    const story = ['issued', 'delivered', 'acknowledged', 'closed'].map((step) => `${step}:${order_id}`);
    const told = [`registered:${site_id}/box-1/${publicKey}`, ...story];
    await vi.waitFor(
      async () => expect((await heardAbout(site_id)).map(withoutTime).toSorted()).toEqual(told.toSorted()),
      patience,
    );
    expect((await idsAbout(site_id)).map(withoutTime).toSorted()).toEqual(told.toSorted());

    const question = { site_id, incident_id: incident.data.incident_id };
    expect(await service.ask('rpc.orders.find-by-incident.v1', question)).toEqual({ order_id });
    const foreign = { ...question, site_id: `${site_id}-2` };
    expect(await service.ask('rpc.orders.find-by-incident.v1', foreign)).toEqual({ order_id: null });
    expect(await service.ask('rpc.orders.appliance-key.v1', appliance)).toEqual({ public_key: publicKey });
    expect(await service.ask('rpc.orders.stats.v1', { site_id })).toEqual({
      active_appliances: 1,
      orders_24h: { completed: 1 },
    });
  });

  it('answers a peer that names one site and the things of another as if there were none', async () => {
    const [mine, theirs] = [`site-${newId()}`, `site-${newId()}`];
    for (const site_id of [mine, theirs]) {
      await service.ask('rpc.orders.check-in.v1', {
        site_id,
        host_id: 'box-1',
        deployment_mode: 'direct',
        policy_version: '1',
        may_replace_key: false,
      });
    }
    const incident = selected({ site_id: theirs, host_id: 'box-1' });
    await service.sayAndWait(incident);
    const { incident_id } = incident.data;
    const order_id = orderIdFor(incident_id);
    const poll = (site_id: string) =>
      service.ask('rpc.orders.poll.v1', { site_id, limit: 1, etag: null, after: order_id, read_only: true });
    const acknowledge = (site_id: string) =>
      service.ask('rpc.orders.acknowledge.v1', { site_id, order_id, principal_id: newId() });
    // Both at once: they are answered in one batch, by one query.
    const polls = await Promise.allSettled([poll(mine), poll(theirs), poll(mine)]);
    expect(polls.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    const found = await Promise.all(
      [mine, theirs].map((site_id) => service.ask('rpc.orders.find-by-incident.v1', { site_id, incident_id })),
    );
    expect(found).toEqual([{ order_id: null }, { order_id }]);
    const [foreign, own] = await Promise.allSettled([acknowledge(mine), acknowledge(theirs)]);
    expect(foreign).toMatchObject({ status: 'rejected', reason: { code: 'ORDERS.NOT_FOUND' } });
    expect(own).toMatchObject({ status: 'fulfilled' });
  });

  it('passes refusals on with their code', async () => {
    const question = { site_id: 'nobody', order_id: 'f'.repeat(16), principal_id: newId() };
    await expect(service.ask('rpc.orders.acknowledge.v1', question)).rejects.toMatchObject({
      code: 'ORDERS.NOT_FOUND',
      kind: 'not-found',
    });
  });

  it('shares the work between replicas: 300 incidents in 30 messages, each with its order once', async () => {
    const site_id = 'crowd';
    const events = Array.from({ length: 300 }, (_, index) => selected({ site_id, host_id: `box-${index % 150}` }));
    const batches = Array.from({ length: 30 }, (_, index) => events.slice(index * 10, index * 10 + 10));
    const replies = (
      await Promise.all(batches.map((batch, index) => (index % 2 ? service : replica).sayAndWait(...batch)))
    ).flat();
    expect(replies.every((reply) => reply?.['order_id'])).toBe(true);
    expect(new Set(replies.map((reply) => reply?.['order_id'])).size).toBe(150);
    const ids = await idsAbout(site_id);
    expect(ids.filter((id) => id.startsWith('issued:'))).toHaveLength(150);
    expect(ids.filter((id) => id.startsWith('joined:'))).toHaveLength(150);
  });

  it('gives one poisonous event to the dead letters, and the rest of its batch their orders', async () => {
    const site_id = 'poison';
    const events = Array.from({ length: 5 }, (_, index) => selected({ site_id, host_id: `box-${index}` }));
    const poison = events[2]!;
    (poison.data as { runbook_digest: unknown }).runbook_digest = null;
    const good = events.filter((event) => event !== poison);
    await service.say(events);
    await vi.waitFor(async () => {
      const { rows } = await service.pool.query<{ event_id: string; consumer: string }>(
        'select event_id, consumer from dead_letters',
      );
      expect(rows).toEqual([{ event_id: poison.id, consumer: 'orders-issue-order' }]);
    }, patience);
    const question = { type: 'runbooks.selected.v1', event_ids: events.map((event) => event.id) };
    expect(await service.ask('rpc.orders.missing-effects.v1', question)).toEqual({ missing: [] });
    const issued = (await idsAbout(site_id)).filter((id) => id.startsWith('issued:'));
    expect(issued.toSorted()).toEqual(good.map(({ data }) => `issued:${orderIdFor(data.incident_id)}`).toSorted());
  });

  it('expires an order that nobody fetched, by itself and once', async () => {
    const site_id = 'forgotten';
    const incident = selected({ site_id });
    await service.sayAndWait(incident);
    const order_id = orderIdFor(incident.data.incident_id);
    await service.pool.query("update orders set deadline_at = now() - interval '1 second' where order_id = $1", [
      order_id,
    ]);
    const told = [`issued:${order_id}`, `closed:${order_id}`].toSorted();
    await vi.waitFor(
      async () => expect((await heardAbout(site_id)).map(withoutTime).toSorted()).toEqual(told),
      patience,
    );
    expect(service.sweeper.progress()).toMatchObject({ stalled: false });
    expect(await service.ask('rpc.orders.stats.v1', { site_id })).toMatchObject({ orders_24h: { expired: 1 } });
  });
});
