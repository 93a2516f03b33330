import { randomBytes } from 'node:crypto';
import { type RouteContract, routeCatalog, scopesOfKind } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiKey, createSiteKey, revokeKey } from './harness/api-keys.ts';
import { newSiteId } from './harness/box.ts';
import { type Answer, call, type CallOptions } from './harness/call.ts';
import { expectTraceable, problemOf } from './harness/expect-answer.ts';
import { until } from './harness/until.ts';

const system = inject('system');
const base = system.gatewayUrls[0]!;
const routes = Object.entries(routeCatalog) as [string, RouteContract][];
const guarded = routes.filter(([, route]) => route.scope !== null);
const ownSite = newSiteId();
const foreignSite = newSiteId();

/** What stands in a path besides the site, and the queries that a route cannot do without. */
const places: Record<string, string> = {
  '{bundle_id}': 'no-such-bundle',
  '{order_id}': '0123456789abcdef',
  '{incident_id}': '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10',
  '/tile/*': '/tile/0/000.p/1',
  '/entries/*': '/entries/000.p/1',
};
const queries: Record<string, string> = {
  [routeCatalog.exportKit.path]: '?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
  [routeCatalog.proveConsistency.path]: '?from=0',
};
const mayBox = ({ scope }: RouteContract): boolean => scope === null || scopesOfKind.appliance.includes(scope);

function urlOf({ path }: RouteContract, siteId: string): string {
  const filled = Object.entries(places).reduce((text, [place, value]) => text.replace(place, value), path);
  return base + filled.replace('{site_id}', siteId) + (queries[path] ?? '');
}

/** The route as somebody calls it who means this site. */
function walk(route: RouteContract, siteId: string, options: CallOptions = {}): Promise<Answer> {
  const form = new FormData();
  form.set('bundle', new Blob(['{}']), 'bundle.json');
  const body = route.multipart ? form : { site_id: siteId, host_id: 'box-1' };
  return call(urlOf(route, siteId), {
    method: route.method,
    ...(route.method === 'POST' && { body }),
    ...options,
    headers: { 'x-client-id': siteId, ...options.headers },
  });
}

describe('every route', () => {
  let own: ApiKey;
  let revoked: ApiKey;

  beforeAll(async () => {
    [own, revoked] = await Promise.all([createSiteKey(system, ownSite), createSiteKey(system, ownSite)]);
    // Seen once, it is in the gateway's memory: a revocation must reach it there.
    expect((await call(`${base}/runbooks`, { key: revoked.key })).status).toBe(200);
    await revokeKey(system, revoked.id);
  });

  it.each(guarded)('%s answers 401 without a credential', async (_name, route) => {
    const answer = await walk(route, ownSite);
    expect(problemOf(answer)).toEqual([401, 'AUTH.MISSING_CREDENTIAL']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it.each(guarded)('%s answers 401 to a key that was revoked, and to one that never was', async (_name, route) => {
    const unknown = randomBytes(32).toString('base64url');
    for (const key of [revoked.key, unknown]) {
      expect(problemOf(await walk(route, ownSite, { key }))).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
    }
    const header = { headers: { 'x-api-key': revoked.key } };
    expect(problemOf(await walk(route, ownSite, header))).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
  });

  it.each(guarded.filter(([, route]) => !mayBox(route)))(
    '%s answers 403 to an appliance, and names the scope',
    async (_name, route) => {
      const answer = await walk(route, ownSite, { key: own.key });
      expect(problemOf(answer)).toEqual([403, 'AUTH.SCOPE_MISSING']);
      expect(answer.body.required_scope).toBe(route.scope);
    },
  );

  it.each(guarded.filter(([, route]) => route.site !== null && mayBox(route)))(
    '%s answers 403 to the key of another site',
    async (_name, route) => {
      expect(problemOf(await walk(route, foreignSite, { key: own.key }))).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
    },
  );

  it.each(guarded.filter(([, route]) => route.site === null && mayBox(route)))(
    '%s, which names no site, takes any site',
    async (_name, route) => {
      // The keys of this spec are events of the ledger; its first checkpoint may still be on its way.
      const answer = await until('an answer', async () => {
        const one = await walk(route, ownSite, { key: own.key });
        return one.status === 503 ? undefined : one;
      });
      expect(answer.status, answer.text).toBe(200);
    },
  );

  it.each(guarded.filter(([, route]) => route.method === 'POST'))(
    '%s answers garbage with a 4xx problem',
    async (_name, route) => {
      for (const body of ['{"site_id":', '\u0000', '[]', 'null', '""', '{}']) {
        const answer = await walk(route, ownSite, { key: system.adminKey, body });
        expect(problemOf(answer)[0], `${body}: ${answer.text}`).toBeOneOf([400, 415]);
      }
    },
  );

  it.each(routes.filter(([, route]) => route.site === 'path'))(
    '%s refuses a site that cannot be one',
    async (_name, route) => {
      for (const site of ['%2e%2e%2f', 'a%00b', `x${'y'.repeat(300)}`, '%ff']) {
        const answer = await walk(route, site, { key: system.adminKey, headers: { 'x-client-id': 'a' } });
        expect(problemOf(answer)[0], `${site}: ${answer.text}`).toBeOneOf([400, 404, 414]);
      }
    },
  );

  it('answers in the form of the catalogue when the credential comes as x-api-key', async () => {
    const answer = await call(`${base}/runbooks`, { headers: { 'x-api-key': own.key } });
    expect(answer.status).toBe(200);
    expect(routeCatalog.listRunbooks.responses[0].safeParse(answer.body).error).toBeUndefined();
    expectTraceable(answer);
  });

  it('that is public answers without a credential', async () => {
    const { status, text, headers } = await call(`${base}/ledger/key`);
    expect([status, headers.get('content-type')]).toEqual([200, routeCatalog.readLedgerKey.produces]);
    expect(text).toMatch(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\n$/);
  });

  it('unknown to the catalogue is a 404, whatever the credential and the method', async () => {
    for (const path of [
      '/',
      '/no-such',
      '/incidents/1',
      '/orders',
      '/ledger',
      '/ledger/tile',
      '/docs',
      '/metrics',
      '/livez/x',
    ]) {
      expect(problemOf(await call(base + path, { key: system.adminKey }))).toEqual([404, 'REQUEST.NOT_FOUND']);
      expect(problemOf(await call(base + path))).toEqual([404, 'REQUEST.NOT_FOUND']);
    }
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await call(`${base}/incidents`, { method, key: system.adminKey });
      expect(problemOf(answer)[0], method).toBeOneOf([404, 405]);
    }
  });
});

describe('the health routes', () => {
  it.each(['/health', '/livez', '/readyz', '/startupz'])('%s answers without a credential', async (path) => {
    const answer = await call(base + path);
    expect(answer.status, answer.text).toBe(200);
    expectTraceable(answer);
  });

  it('/health names each dependency, and answers HEAD without a body', async () => {
    const { body } = await call(`${base}/health`);
    expect(routeCatalog.health.responses[0].parse(body)).toMatchObject({
      status: 'ok',
      database: 'connected',
      nats: 'connected',
      object_store: 'connected',
      runbooks_loaded: 9,
    });
    const head = await call(`${base}/health`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expectTraceable(head);
  });
});
