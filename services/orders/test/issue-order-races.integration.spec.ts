import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderIdFor } from '@countersign/shared/crypto';
import { joinBatch } from '@countersign/shared/messaging';
import { readsOf } from './read-orders.ts';
import { eventsAbout, type Orders, recorded, selected, startReplicas } from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;
const { ordersOf, answersOf, typesAbout } = readsOf(() => orders);

beforeAll(async () => {
  ({ orders, replica, stop } = await startReplicas());
});
afterAll(() => stop?.());

describe('replicas that race', () => {
  it('make one order of 20 reports of the same condition, and every report has it', async () => {
    const site_id = 'race';
    const events = Array.from({ length: 20 }, () => selected({ site_id }));
    await Promise.all(events.map((event, index) => (index % 2 ? orders : replica).issue([event])));
    const rows = await ordersOf(site_id);
    expect(rows).toHaveLength(1);
    expect(new Set(await answersOf(events))).toEqual(new Set([rows[0]!.order_id]));
    const incidents = [rows[0]!.incident_id, ...rows[0]!.joined_incident_ids];
    expect(incidents.toSorted()).toEqual(events.map(({ data }) => data.incident_id).toSorted());
    expect(await typesAbout(site_id)).toHaveLength(20);
  });

  it('take the same batches in opposite order without a deadlock, and each incident ends with one order', async () => {
    const site_id = 'crossed';
    const events = Array.from({ length: 60 }, (_, index) => selected({ site_id, host_id: `box-${index % 20}` }));
    await Promise.all([
      orders.issue(events),
      replica.issue(events.toReversed()),
      orders.issue(events.toSorted((a, b) => (a.data.host_id < b.data.host_id ? -1 : 1))),
      replica.issue(events.slice(20)),
    ]);
    expect(await ordersOf(site_id)).toHaveLength(20);
    expect((await answersOf(events)).includes(null)).toBe(false);
    const said = await typesAbout(site_id);
    expect(new Set(said).size).toBe(60);
    expect(said).toHaveLength(60);
  });

  it('lose no incident that joins while the order ends', async () => {
    const site_id = 'join-or-end';
    for (let round = 0; round < 15; round += 1) {
      const host_id = `box-${round}`;
      const first = selected({ site_id, host_id });
      await orders.issue([first]);
      const joiners = Array.from({ length: 4 }, () => selected({ site_id, host_id }));
      await Promise.all([
        ...joiners.map((event, index) => (index % 2 ? orders : replica).issue([event])),
        replica.close([recorded({ site_id, host_id, order_id: orderIdFor(first.data.incident_id) })]),
      ]);
      const answers = await answersOf([first, ...joiners]);
      const id = `closed:${orderIdFor(first.data.incident_id)}`;
      const closed = (await eventsAbout(orders.pool, site_id)).find((event) => event.id === id)!;
      const { order_id, incident_ids } = closed.data as { order_id: string; incident_ids: string[] };
      const answered = [first, ...joiners]
        .filter((_, index) => answers[index] === order_id)
        .map(({ data }) => data.incident_id);
      expect(incident_ids.toSorted()).toEqual(answered.toSorted());
      expect(answers.includes(null)).toBe(false);
    }
  });
});

describe('what was published', () => {
  it('is what stands in the outbox, byte for byte', async () => {
    const { rows } = await orders.pool.query<{ id: string; payload: string }>('select id, payload from outbox');
    const payloadOf = new Map(rows.map((row) => [row.id, row.payload]));
    const published = [...orders.published, ...replica.published];
    expect(published).toHaveLength(rows.length);
    for (const row of published) expect(row.payload).toBe(payloadOf.get(row.id));
    expect(joinBatch([])).toBe('[]');
  });
});
