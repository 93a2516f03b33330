import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OrdersResponse, ordersResponse, type RequestOf } from '@countersign/shared/contracts';
import { nodeEd25519, orderIdFor, verifyOrder } from '@countersign/shared/crypto';
import { AppError, newId } from '@countersign/shared/kernel';
import { eventsAbout, keyRing, type Orders, recorded, selected, startReplicas } from './start-orders.ts';

let orders: Orders;
let replica: Orders;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ orders, replica, stop } = await startReplicas());
});
afterAll(() => stop?.());

type Poll = RequestOf<'rpc.orders.poll.v1'>;

async function poll(site_id: string, question: Partial<Poll> = {}, by = orders) {
  const [answer] = await by.poll([{ site_id, limit: 50, etag: null, ...question }]);
  if (answer === undefined || answer instanceof AppError) throw answer ?? new Error('no answer');
  return answer;
}

const idsOf = (page: OrdersResponse | null) => page?.orders.map((order) => order.order_id);

async function acknowledge(site_id: string, order_id: string, by = orders) {
  const [answer] = await by.acknowledge([{ site_id, order_id, principal_id: newId() }]);
  return answer!;
}

/** Issues one order per host; the ids in the order of their issue. */
async function issueFor(site_id: string, ...hosts: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const host_id of hosts) {
    const event = selected({ site_id, host_id });
    await orders.issue([event]);
    ids.push(orderIdFor(event.data.incident_id));
    orders.later(0.001);
  }
  return ids;
}

async function statusOf(orderId: string): Promise<string | undefined> {
  const { rows } = await orders.pool.query<{ status: string }>('select status from orders where order_id = $1', [
    orderId,
  ]);
  return rows[0]?.status;
}

const eventIds = async (siteId: string, type: string) =>
  (await eventsAbout(orders.pool, siteId)).filter((event) => event.type === type).map((event) => event.id);

describe('polling', () => {
  it('gives an order that the appliance verifies, and notes its first delivery only', async () => {
    const [id] = await issueFor('one', 'box-1');
    const { page } = await poll('one');
    const [order] = ordersResponse.parse(page).orders;
    const by = {
      publicKeys: keyRing.publicKeys,
      siteId: 'one',
      applianceId: 'box-1',
      now: orders.time.now,
      maxTtlSeconds: 900,
      ed25519: nodeEd25519,
    };
    expect(verifyOrder(JSON.parse(JSON.stringify(order)), by)).toMatchObject({ ok: true });
    await poll('one');
    await Promise.all([poll('one', {}, replica), poll('one')]);
    expect(await statusOf(id!)).toBe('delivered');
    expect(await eventIds('one', 'orders.delivered.v1')).toEqual([`delivered:${id}`]);
  });

  it('notes the delivery once when two replicas hand out the same orders at the same moment', async () => {
    const ids = await issueFor('raced', ...Array.from({ length: 12 }, (_, index) => `box-${index}`));
    const rounds = Array.from({ length: 8 }, (_, index) => poll('raced', {}, index % 2 ? orders : replica));
    for (const { page } of await Promise.all(rounds)) expect(idsOf(page)).toEqual(ids);
    expect((await eventIds('raced', 'orders.delivered.v1')).toSorted()).toEqual(
      ids.map((id) => `delivered:${id}`).toSorted(),
    );
  });

  it('marks nothing as delivered for somebody who only looks', async () => {
    const [id] = await issueFor('looked-at', 'box-1');
    const { page } = await poll('looked-at', { read_only: true });
    expect(idsOf(page)).toEqual([id]);
    expect(await statusOf(id!)).toBe('pending');
  });

  it('answers null to the etag of the last answer, until something comes or goes', async () => {
    const empty = await poll('etag');
    expect(empty.page).toMatchObject({ count: 0, next: null });
    expect((await poll('etag', { etag: empty.etag })).page).toBeNull();
    const [id] = await issueFor('etag', 'box-1');
    const full = await poll('etag', { etag: empty.etag });
    expect(idsOf(full.page)).toEqual([id]);
    expect(await poll('etag', { etag: full.etag })).toEqual({ etag: full.etag, page: null });
    await acknowledge('etag', id!);
    expect(await poll('etag', { etag: full.etag })).toMatchObject({ etag: empty.etag, page: { count: 0 } });
  });

  it('pages from the oldest to the newest, and ends with next null', async () => {
    const ids = await issueFor('pages', ...Array.from({ length: 7 }, (_, index) => `box-${index}`));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { page } = await poll('pages', { limit: 3, ...(after && { after }) });
      seen.push(...idsOf(page)!);
      after = page!.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(ids);
    expect((await poll('pages', { limit: 7 })).page?.next).toBeNull();
  });

  it('goes on after an order that has left the list meanwhile, but not after one of another site', async () => {
    const [first, second] = await issueFor('left', 'box-1', 'box-2');
    await acknowledge('left', first!);
    expect(idsOf((await poll('left', { after: first! })).page)).toEqual([second]);
    await expect(poll('elsewhere', { after: first! })).rejects.toMatchObject({ code: 'ORDERS.NOT_FOUND' });
    await expect(poll('left', { after: 'f'.repeat(16) })).rejects.toMatchObject({ code: 'ORDERS.NOT_FOUND' });
  });

  it('keeps orders of sites and hosts apart, and answers each poll of a batch as if it were alone', async () => {
    const [a, b] = await issueFor('apart', 'box-a', 'box-b');
    const [other] = await issueFor('apart-too', 'box-a');
    const question = (site_id: string, rest: Partial<Poll> = {}): Poll => ({ site_id, limit: 50, etag: null, ...rest });
    const answers = await orders.poll([
      question('apart'),
      question('apart', { host_id: 'box-b' }),
      question('nobody'),
      question('apart-too'),
      question('apart'),
      question('apart', { after: 'f'.repeat(16) }),
      question('apart', { limit: 1 }),
    ]);
    const pages = answers.map((answer) => (answer instanceof AppError ? answer.code : idsOf(answer.page)));
    expect(pages).toEqual([[a, b], [b], [], [other], [a, b], 'ORDERS.NOT_FOUND', [a]]);
  });

  it('hides an expired order before the sweeper comes', async () => {
    await issueFor('expired', 'box-1');
    orders.later(901);
    expect((await poll('expired')).page).toMatchObject({ count: 0 });
    orders.later(-901);
  });

  it('costs one statement when there is nothing new', async () => {
    const { etag } = await poll('cheap');
    const statements: string[] = [];
    const { query } = orders.pool;
    orders.pool.query = ((config: { name: string }, ...rest: unknown[]) => {
      statements.push(config.name);
      return Reflect.apply(query, orders.pool, [config, ...rest]) as unknown;
    }) as typeof query;
    await orders.poll(Array.from({ length: 16 }, () => ({ site_id: 'cheap', limit: 50, etag })));
    orders.pool.query = query;
    expect(statements).toEqual(['find-open-orders']);
  });
});

describe('acknowledging', () => {
  it('takes an order on, and gives the second acknowledge the first answer', async () => {
    const [id] = await issueFor('ack', 'box-1');
    const first = await acknowledge('ack', id!);
    expect(first).toMatchObject({ status: 'acknowledged', order_id: id });
    orders.later(5);
    expect(await acknowledge('ack', id!)).toEqual(first);
    expect(await eventIds('ack', 'orders.acknowledged.v1')).toEqual([`acknowledged:${id}`]);
    orders.later(-5);
  });

  it("refuses another site's order and an unknown one in the same words", async () => {
    const [id] = await issueFor('mine', 'box-1');
    const [foreign, unknown] = [await acknowledge('theirs', id!), await acknowledge('mine', 'f'.repeat(16))];
    expect(foreign).toMatchObject({ code: 'ORDERS.NOT_FOUND', kind: 'not-found' });
    expect((foreign as AppError).message).toBe((unknown as AppError).message);
    expect(await statusOf(id!)).toBe('pending');
  });

  it('answers a mixed batch one by one: mine twice, foreign, unknown, ended', async () => {
    const [mine, ended] = await issueFor('mixed', 'box-1', 'box-2');
    await orders.close([recorded({ site_id: 'mixed', host_id: 'box-2', order_id: ended! })]);
    const principal_id = newId();
    const answers = await orders.acknowledge([
      { site_id: 'elsewhere', order_id: mine!, principal_id },
      { site_id: 'mixed', order_id: mine!, principal_id },
      { site_id: 'mixed', order_id: mine!, principal_id },
      { site_id: 'mixed', order_id: ended!, principal_id },
      { site_id: 'mixed', order_id: 'f'.repeat(16), principal_id },
    ]);
    expect(answers.map((answer) => (answer instanceof AppError ? answer.code : answer.status))).toEqual([
      'ORDERS.NOT_FOUND',
      'acknowledged',
      'acknowledged',
      'ORDERS.NOT_OPEN',
      'ORDERS.NOT_FOUND',
    ]);
    expect(answers[3]).toMatchObject({ details: { status: 'completed' } });
  });

  it('refuses an order that is past its expiry, swept or not', async () => {
    const [id] = await issueFor('late', 'box-1');
    orders.later(900);
    expect(await acknowledge('late', id!)).toMatchObject({ code: 'ORDERS.NOT_OPEN', details: { status: 'expired' } });
    await orders.expire();
    expect(await acknowledge('late', id!)).toMatchObject({ code: 'ORDERS.NOT_OPEN', details: { status: 'expired' } });
    orders.later(-900);
  });

  it('and expiring at the same moment: exactly one of them wins, and both say the same', async () => {
    replica.time.now = new Date(orders.time.now.getTime() + 1_800_000);
    const ids = await issueFor('ack-or-expire', ...Array.from({ length: 40 }, (_, index) => `box-${index}`));
    const [answers] = await Promise.all([
      Promise.all(ids.map((id) => acknowledge('ack-or-expire', id))),
      replica.expire(),
    ]);
    for (const [index, id] of ids.entries()) {
      const status = await statusOf(id);
      const answer = answers[index]!;
      expect(status).toBe(answer instanceof AppError ? 'expired' : 'acknowledged');
    }
    replica.time.now = orders.time.now;
  });
});
