import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventCatalog, type EventEnvelope } from '@countersign/shared/contracts';
import { naclEd25519, orderIdFor } from '@countersign/shared/crypto';
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

describe('issuing', () => {
  it('signs one order per condition, says so in one message, and replies to those who wait', async () => {
    const site_id = 'batch';
    const events = ['a', 'b', 'c'].map((host_id) => selected({ site_id, host_id }, `_INBOX.${host_id}`));
    const before = orders.published.length;
    await orders.issue(events);

    const rows = await ordersOf(site_id);
    expect(rows.map((row) => row.order_id).toSorted()).toEqual(
      events.map(({ data }) => orderIdFor(data.incident_id)).toSorted(),
    );
    for (const row of rows) {
      expect(row.status).toBe('pending');
      const {
        site_id: signedSite,
        incident_id,
        ttl_seconds,
      } = JSON.parse(row.signed_payload) as Record<string, unknown>;
      expect({ signedSite, incident_id, ttl_seconds }).toEqual({
        signedSite: site_id,
        incident_id: row.incident_id,
        ttl_seconds: 900,
      });
    }
    const said = orders.published.slice(before);
    expect(said).toHaveLength(1);
    const stored = await orders.pool.query<{ payload: string }>('select payload from outbox where id = $1', [
      said[0]!.id,
    ]);
    expect(stored.rows[0]?.payload).toBe(said[0]!.payload);
    const issued = JSON.parse(said[0]!.payload) as EventEnvelope<'orders.issued.v1'>[];
    expect(issued.map((event) => event.id)).toEqual(events.map(({ data }) => `issued:${orderIdFor(data.incident_id)}`));
    for (const [index, event] of issued.entries()) {
      eventCatalog['orders.issued.v1'].schema.parse(event.data);
      expect(event.traceparent).toBe(events[index]!.traceparent);
    }
    for (const { data, replyto } of events) {
      const reply = {
        id: data.incident_id,
        tier: 'L1',
        runbook_id: 'RB-DISK-001',
        order_id: orderIdFor(data.incident_id),
      };
      expect(orders.replies).toContainEqual({ replyto, reply });
    }
  });

  it('stores the exact text that was signed, whatever stands in the parameters', async () => {
    await orders.issue([selected({ site_id: 'text', parameters: { note: 'größer als 1 \u{1f511} \u0000', n: 0.1 } })]);
    const [row] = await ordersOf('text');
    const publicKey = (
      await orders.checkIn([
        { site_id: 'x', host_id: 'y', deployment_mode: 'direct', policy_version: '1', may_replace_key: false },
      ])
    ).map((answer) => 'server_public_key' in answer && answer.server_public_key)[0] as string;
    expect(naclEd25519.verify(row!.signed_payload, row!.signature, publicKey)).toBe(true);
  });

  it('gives two incidents of one condition one order: the first gets it, the second joins', async () => {
    const site_id = 'twins';
    const events = [selected({ site_id }), selected({ site_id }), selected({ site_id, check_type: null })];
    await orders.issue(events);
    const [first, second, other] = events.map(({ data }) => data.incident_id);
    const ids = [orderIdFor(first!), orderIdFor(first!), orderIdFor(other!)];
    expect(await answersOf(events)).toEqual(ids);
    expect((await ordersOf(site_id)).find((row) => row.order_id === ids[0])?.joined_incident_ids).toEqual([second]);
    expect((await typesAbout(site_id)).toSorted()).toEqual(
      [
        `orders.issued.v1 issued:${ids[0]}`,
        `orders.issued.v1 issued:${ids[2]}`,
        `orders.joined.v1 joined:${second}`,
      ].toSorted(),
    );
  });

  it('changes nothing when the same events come again, and answers the same', async () => {
    const site_id = 'again';
    const events = [
      selected({ site_id }, '_INBOX.w'),
      selected({ site_id }, '_INBOX.w'),
      selected({ site_id, host_id: 'box-2' }),
    ];
    await orders.issue(events);
    const [rows, said, answers] = [await ordersOf(site_id), await typesAbout(site_id), await answersOf(events)];
    const repliesBefore = orders.replies.length;
    await orders.issue([...events, ...events]);
    await replica.issue(events.toReversed());
    expect(await ordersOf(site_id)).toEqual(rows);
    expect(await typesAbout(site_id)).toEqual(said);
    const repeated = orders.replies.slice(repliesBefore).filter(({ replyto }) => replyto === '_INBOX.w');
    expect(new Set(repeated.map(({ reply }) => reply['order_id']))).toEqual(new Set([answers[0]]));
  });

  it('keeps an incident with the order that it joined, after that order ended', async () => {
    const site_id = 'joined-then-closed';
    const [first, second] = [selected({ site_id }), selected({ site_id })];
    await orders.issue([first, second]);
    const order_id = orderIdFor(first.data.incident_id);
    await orders.close([recorded({ site_id, order_id })]);
    await orders.issue([second]);
    expect(await ordersOf(site_id)).toHaveLength(1);
    expect(await answersOf([second])).toEqual([order_id]);
    // The same trouble later is a new order.
    const third = selected({ site_id });
    await orders.issue([third, second]);
    expect(await answersOf([third, second])).toEqual([orderIdFor(third.data.incident_id), order_id]);
  });

  it('ends an order that is past its deadline but not yet swept, and issues a fresh one', async () => {
    const site_id = 'overdue';
    const [old, fresh, repeat] = [selected({ site_id }), selected({ site_id }), selected({ site_id })];
    await orders.issue([old]);
    orders.later(900);
    await orders.issue([fresh, repeat]);
    orders.later(-900);
    const [expired, issued] = await ordersOf(site_id);
    expect([expired?.status, issued?.status]).toEqual(['expired', 'pending']);
    expect(issued).toMatchObject({
      incident_id: fresh.data.incident_id,
      joined_incident_ids: [repeat.data.incident_id],
    });
    const closed = (await eventsAbout(orders.pool, site_id)).filter((event) => event.type === 'orders.closed.v1');
    expect(closed.map((event) => event.data)).toEqual([
      expect.objectContaining({
        order_id: expired!.order_id,
        status: 'expired',
        incident_ids: [old.data.incident_id],
        evidence_id: null,
      }),
    ]);
  });

  it('does the same as the plain form, row by row', async () => {
    const hosts = ['a', 'b', 'a', 'c', 'b', 'a'];
    const incidents = hosts.map((host_id, index) =>
      selected({ site_id: 'fast', host_id, check_type: index === 3 ? null : 'disk' }),
    );
    const plain = incidents.map(({ data }) => selected({ ...data, site_id: 'plain' }));
    const twin = new Map(plain.map((event, index) => [incidents[index]!.data.incident_id, event]));
    for (const event of twin.values()) event.data.incident_id = event.data.incident_id.replace(/^......../, 'ffffffff');
    await orders.issue(incidents);
    for (const event of plain) await orders.issue([event]);
    const summaryOf = async (siteId: string) =>
      (await ordersOf(siteId)).map((row) => {
        const { parameters, runbook_digest, expires_at } = JSON.parse(row.signed_payload) as Record<string, unknown>;
        const incident = (id: string) => id.replace(/^......../, '');
        return [
          incident(row.incident_id),
          [...row.joined_incident_ids].map(incident),
          row.status,
          parameters,
          runbook_digest,
          expires_at,
        ];
      });
    const sorted = async (siteId: string) => (await summaryOf(siteId)).map((row) => JSON.stringify(row)).toSorted();
    expect(await sorted('fast')).toEqual(await sorted('plain'));
    expect(await sorted('fast')).toHaveLength(3);
  });
});

describe('a backlog after an outage', () => {
  it('of 1,000 incidents that come at once leaves in messages that the broker takes', async () => {
    const site_id = 'backlog';
    const parameters = { note: '€'.repeat(2_000) };
    const incidents = Array.from({ length: 1_000 }, (_, index) =>
      selected({ site_id, host_id: `box-${index % 700}`, parameters }),
    );
    const before = orders.published.length;
    await orders.issue(incidents);
    orders.later(900);
    await orders.expire();
    orders.later(-900);
    for (const row of orders.published.slice(before)) {
      expect(Buffer.byteLength(row.payload)).toBeLessThan(1024 * 1024);
    }
    expect((await answersOf(incidents)).includes(null)).toBe(false);
    const told = await typesAbout(site_id);
    expect(new Set(told).size).toBe(1_000 + 700);
    expect(told).toHaveLength(1_000 + 700);
  });
});
