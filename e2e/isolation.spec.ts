import { randomUUID } from 'node:crypto';
import { type RouteContract, routeCatalog } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Answer, call, type CallOptions, type Json } from './harness/call.ts';
import { problemOf } from './harness/expect-answer.ts';
import {
  essenceOf,
  goodBody,
  itemsInPath,
  nobodysItems,
  requestOf,
  type SettledSite,
  settleSite,
  shapeOf,
  type SiteItems,
} from './harness/foreign-site.ts';
import { guarded } from './harness/route-calls.ts';

type Name = keyof typeof routeCatalog;

const system = inject('system');
const base = system.gatewayUrls[0]!;
let own: SettledSite;
let foreign: SettledSite;

beforeAll(async () => {
  [own, foreign] = await Promise.all([settleSite(system), settleSite(system)]);
}, 120_000);

const send = (path: string, key: string, options: CallOptions): Promise<Answer> =>
  call(base + path, { key, ...options });
const ask = (name: Name, items: SiteItems, key = own.keys.all): Promise<Answer> => {
  const { path, options } = requestOf(name, items);
  return send(path, key, options);
};

/** Nothing of the foreign site is in an answer; what the request itself named may be. */
function expectNothingForeign({ text, headers }: Answer, named: Partial<SiteItems> = {}): void {
  const said = text + JSON.stringify([...headers]);
  for (const [key, value] of Object.entries({ ...foreign.items, open: foreign.openOrderId })) {
    if (!Object.values(named).includes(value)) expect(said, key).not.toContain(value);
  }
}

/** An event of the foreign site, in a leaf. */
const aboutForeign = (): RegExp => new RegExp(`\\\\?"subject\\\\?": ?\\\\?"${foreign.items.site_id}`);

const isItem = (field: string): boolean =>
  /(^|_)ids?$|^after$|^before$/.test(field) && !['site_id', 'host_id'].includes(field);

/**
 * Every place besides the path in which a request names a thing by its id. A field that is added to a contract fails
 * this table until somebody says here what becomes of a foreign one.
 */
const otherPlaces: Record<string, 'its test is below' | 'names nothing of a site'> = {
  'checkIn body reseller_id': 'names nothing of a site',
  'checkIn body server_key_ids': 'names nothing of a site',
  'pollOrders query after': 'its test is below',
  'acknowledgeOrder body order_id': 'its test is below',
  'submitEvidence body bundle_id': 'its test is below',
  'submitEvidence body order_id': 'its test is below',
  'readAudit query principal_id': 'its test is below',
  'readAudit query trace_id': 'its test is below',
  'readAudit query before': 'its test is below',
  'readAudit query after': 'its test is below',
};

const withSite = guarded.filter(([, route]) => route.site !== null) as [Name, RouteContract][];
const withItems = guarded.filter(([, route]) => itemsInPath(route).length > 0) as [Name, RouteContract][];

describe('a foreign site', () => {
  it('can be named in no place that this spec does not know', () => {
    const found = guarded.flatMap(([name, route]) => [
      ...shapeOf(route.query)
        .filter(isItem)
        .map((field) => `${name} query ${field}`),
      ...shapeOf(route.body)
        .filter(isItem)
        .map((field) => `${name} body ${field}`),
    ]);
    expect(found.filter((place) => !(place in otherPlaces))).toEqual([]);
    const named = new Set(withItems.flatMap(([, route]) => itemsInPath(route)));
    expect([...named].toSorted()).toEqual(['bundle_id', 'incident_id', 'order_id', 'token_id']);
    for (const [name, route] of guarded) {
      if (route.body) expect(route.body.safeParse(goodBody(name, own.items.site_id)).error, name).toBeUndefined();
    }
  });

  it.each(withSite)('at %s is refused, and one that exists looks like one that does not', async (name) => {
    const nobody = nobodysItems();
    const [one, other] = [await ask(name, foreign.items), await ask(name, nobody)];
    expect(problemOf(one)).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
    expect(essenceOf(one, foreign.items)).toEqual(essenceOf(other, nobody));
    expectNothingForeign(one, foreign.items);
  });

  it.each(withSite)('at %s is refused when the credential is an appliance of another', async (name, route) => {
    const answer = await ask(name, foreign.items, own.keys.site);
    expect(problemOf(answer)[0], route.path).toBe(403);
    expectNothingForeign(answer, foreign.items);
  });

  it.each(guarded as [Name, RouteContract][])(
    'at %s named where the route does not look changes nothing',
    async (name, { method, site, fleetOnly }) => {
      const { path, options } = requestOf(name, own.items);
      const stray = path + (path.includes('?') ? '&' : '?') + `siteId=${foreign.items.site_id}`;
      const queried = site === 'query' ? stray : `${stray}&site_id=${foreign.items.site_id}`;
      const headers: Record<string, string> = { ...options.headers, 'x-site-id': foreign.items.site_id };
      if (site !== 'header') headers['x-client-id'] = foreign.items.site_id;
      const isJson = options.body !== undefined && !(options.body instanceof FormData);
      const body =
        isJson && site !== 'body'
          ? { ...(options.body as object), site_id: foreign.items.site_id }
          : (options.body as object | undefined);
      const answer = await send(queried, own.keys.all, { ...options, headers, ...(body !== undefined && { body }) });
      if (fleetOnly) expect(problemOf(answer)).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
      else expect(answer.status, `${method} ${queried}: ${answer.text}`).not.toBe(500);
      // What happened at the own site includes that its principals asked for a foreign one.
      if (name === 'readAudit' || name === 'exportKit') expect(answer.text).not.toMatch(aboutForeign());
      else expectNothingForeign(answer);
    },
  );
});

describe('a thing of a foreign site', () => {
  it.each(withItems)('in the path of %s is not found, like one that nobody has', async (name, route) => {
    for (const item of itemsInPath(route)) {
      const nobody = nobodysItems();
      const named = { ...own.items, [item]: foreign.items[item] };
      const unknown = { ...own.items, [item]: nobody[item] };
      const [one, other] = [await ask(name, named), await ask(name, unknown)];
      expect(problemOf(one)[0], one.text).toBe(404);
      expect(essenceOf(one, named)).toEqual(essenceOf(other, unknown));
      expectNothingForeign(one, { [item]: foreign.items[item] });
    }
  });

  it('is not where a poll continues', async () => {
    const poll = (after: string) => send(`/orders/${own.items.site_id}?after=${after}`, own.keys.site, {});
    for (const after of [foreign.items.order_id, foreign.openOrderId]) {
      const nobody = nobodysItems();
      const [one, other] = [await poll(after), await poll(nobody.order_id)];
      expect(problemOf(one)).toEqual([404, 'ORDERS.NOT_FOUND']);
      expect(essenceOf(one, { ...nobody, order_id: after })).toEqual(essenceOf(other, nobody));
    }
    expect((await send(`/orders/${own.items.site_id}?after=${own.openOrderId}`, own.keys.site, {})).status).toBe(200);
  });

  it('in two polls of two sites at the same moment is found for its own only', async () => {
    const polls = Array.from({ length: 40 }, (_, n) => {
      const { items, keys } = n % 2 === 0 ? own : foreign;
      return send(`/orders/${items.site_id}?after=${foreign.openOrderId}`, keys.site, {});
    });
    const statuses = (await Promise.all(polls)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 404 : 200)));
  });

  it('cannot be acknowledged, and stays open', async () => {
    const acknowledge = (order_id: string) =>
      send('/orders/acknowledge', own.keys.site, { body: { site_id: own.items.site_id, order_id } });
    for (const order_id of [foreign.openOrderId, foreign.items.order_id]) {
      const nobody = nobodysItems();
      const [one, other] = [await acknowledge(order_id), await acknowledge(nobody.order_id)];
      expect(problemOf(one)).toEqual([404, 'ORDERS.NOT_FOUND']);
      expect(essenceOf(one, { ...nobody, order_id })).toEqual(essenceOf(other, nobody));
    }
    const { body } = await foreign.box.orders();
    expect(body.orders.map((order: Json) => order.order_id)).toContain(foreign.openOrderId);
  });

  it('is not ended by evidence that names it', async () => {
    const bundle = own.box.sign(own.box.bundle({ order_id: foreign.openOrderId }));
    const { status, text } = await own.box.send('/evidence', { key: own.keys.site, body: bundle });
    expect(status, text).toBe(200);
    await own.box.sealed(bundle.bundle_id);
    // The event of this one came after: its order is closed, so the other would be.
    const later = own.box.sign(own.box.bundle({ order_id: own.openOrderId }));
    await own.box.send('/evidence', { key: own.keys.site, body: later });
    await expect
      .poll(async () => (await own.box.acknowledge(own.openOrderId)).body.error_code, { timeout: 15_000 })
      .toBe('ORDERS.NOT_OPEN');
    expect((await foreign.box.acknowledge(foreign.openOrderId)).status).toBe(200);
  });

  it('may share the id of a bundle: each site has its own', async () => {
    const bundle = own.box.sign(own.box.bundle({ bundle_id: foreign.items.bundle_id, outcome: 'failed' }));
    const { status, text, body } = await own.box.send('/evidence', { key: own.keys.site, body: bundle });
    expect(status, text).toBe(200);
    const [mine, theirs] = [own, foreign].map(({ items, keys }) =>
      send(`/evidence/${items.site_id}/${foreign.items.bundle_id}`, keys.site, {}),
    );
    expect((await mine!).body).toMatchObject({ evidence_id: body.evidence_id, outcome: 'failed' });
    expect((await theirs!).body).toMatchObject({ outcome: 'success' });
    expect((await theirs!).body.evidence_id).not.toBe(body.evidence_id);
  });
});

describe('an idempotency key', () => {
  it('that a foreign site used gets no answer of it', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const fields = { incident_type: 'cpu_high', details: { run: headers['idempotency-key'] } };
    const first = await foreign.box.incident(fields, { key: foreign.keys.site, headers });
    const mine = await own.box.incident(fields, { key: own.keys.site, headers });
    expect([first.status, mine.status]).toEqual([200, 200]);
    expect(mine.body.incident_id).not.toBe(first.body.incident_id);
    expect(mine.text).not.toContain(first.body.incident_id);
    const other = await own.box.incident({ ...fields, severity: 'low' }, { key: own.keys.all, headers });
    expect(other.status).toBe(200);
  });
});

describe('a list or a count of one site', () => {
  const lists = ['/orders/{site_id}', '/evidence/{site_id}?limit=500', '/enrolment-tokens', '/stats'];

  it.each(lists)('%s has nothing of another', async (path) => {
    const answer = await send(path.replace('{site_id}', own.items.site_id), own.keys.all, {});
    expect(answer.status, answer.text).toBe(200);
    // The own site submitted a bundle that names a foreign order: it knows that name.
    expectNothingForeign(answer, { order_id: foreign.openOrderId, bundle_id: foreign.items.bundle_id });
  });

  it('does not move when another site does something', async () => {
    const stats = async () => ({ ...(await send('/stats', own.keys.all, {})).body, timestamp: undefined });
    const before = await stats();
    expect((await foreign.box.incident({ check_type: randomUUID() })).status).toBe(200);
    expect(await stats()).toEqual(before);
  });

  it.each(['', 'after=0', 'before=1000000', 'from=2026-01-01T00:00:00Z', 'error_code=AUTH.SITE_FORBIDDEN'])(
    'of what happened (%s) is of the own site, and has the refusals above in it',
    async (query) => {
      const { status, text, body } = await send(`/audit?limit=100&${query}`, own.keys.all, {});
      expect(status, text).toBe(200);
      expect([...new Set(body.entries.map((entry: Json) => entry.site_id))]).toEqual([own.items.site_id]);
      const refused = await send('/audit?limit=100&error_code=AUTH.SITE_FORBIDDEN', own.keys.all, {});
      expect(refused.body.entries.length).toBeGreaterThan(0);
    },
  );

  it('of what a foreign principal did, or of a foreign trace, is empty', async () => {
    const theirs = await send(`/audit?site_id=${foreign.items.site_id}`, system.adminKey, {});
    expect(theirs.body.entries.length).toBeGreaterThan(0);
    const { principal_id, trace_id } = theirs.body.entries.find((entry: Json) => entry.principal_id && entry.trace_id);
    const found = async (query: string) => (await send(`/audit?${query}`, own.keys.all, {})).body.entries as Json[];
    expect(await found(`trace_id=${trace_id}`)).toEqual([]);
    // Whoever administers the fleet did something here too.
    for (const { site_id } of await found(`principal_id=${principal_id}`)) expect(site_id).toBe(own.items.site_id);
  });
});
