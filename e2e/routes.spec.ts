import { randomBytes } from 'node:crypto';
import { type RouteContract, routeCatalog, scopesOfKind } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiKey, createKey, createSiteKey, createToken, disablePrincipal, revokeKey } from './harness/api-keys.ts';
import { newSiteId } from './harness/box.ts';
import { type Answer, call, type CallOptions } from './harness/call.ts';
import { expectTraceable, problemOf } from './harness/expect-answer.ts';
import { guarded, routes, walkRoute } from './harness/route-calls.ts';
import { until } from './harness/until.ts';

const system = inject('system');
const base = system.gatewayUrls[0]!;
const ownSite = newSiteId();
const foreignSite = newSiteId();

const mayBox = ({ scope }: RouteContract): boolean => scope === null || scopesOfKind.appliance.includes(scope);

/** The route as somebody calls it who means this site. */
const walk = (route: RouteContract, siteId: string, options: CallOptions = {}): Promise<Answer> =>
  walkRoute(base, route, siteId, options);

/** All of an answer that does not belong to this one request. */
function wordsOf({ status, headers, body }: Answer): string {
  const ownTo = ['date', 'x-request-id', 'traceparent'];
  const { request_id: _request, trace_id: _trace, ...words } = body;
  return JSON.stringify([status, [...headers].filter(([name]) => !ownTo.includes(name)), words]);
}

describe('every route', () => {
  let own: ApiKey;
  /** None of them is good; those that were have been used, and are in the gateway's memory. */
  const bad: Record<string, string> = { unknown: `csk_${randomBytes(32).toString('base64url')}`, malformed: 'x y' };
  let expiredToken: string;

  beforeAll(async () => {
    const second = 1 / 3_600;
    const [box, revoked, ending, disabled] = await Promise.all([
      createSiteKey(system, ownSite),
      createSiteKey(system, ownSite),
      createKey(system, 'administrator', undefined, 2 * second),
      createKey(system, 'administrator'),
    ]);
    own = box;
    const [token, endingToken] = await Promise.all([
      createToken(system, disabled.principal_id),
      createToken(system, ending.principal_id, second),
    ]);
    expiredToken = endingToken;
    const statusOf = async (key: string) => (await call(`${base}/runbooks`, { key })).status;
    expect(await Promise.all([revoked.key, disabled.key, token].map(statusOf))).toEqual([200, 200, 200]);
    await Promise.all([revokeKey(system, revoked.id), disablePrincipal(system, disabled.principal_id)]);
    Object.assign(bad, {
      revoked: revoked.key,
      expired: ending.key,
      disabled: disabled.key,
      'token of disabled': token,
    });
    Object.assign(bad, { 'token without signature': token.replace(/[^.]+$/, ''), 'cut token': token.slice(0, -1) });
    for (const key of [ending.key, endingToken]) await until('it ends', async () => (await statusOf(key)) === 401);
  }, 120_000);

  it.each(guarded)('%s answers 401 without a credential', async (_name, route) => {
    const answer = await walk(route, ownSite);
    expect(problemOf(answer)).toEqual([401, 'AUTH.MISSING_CREDENTIAL']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="countersign"');
  });

  it.each(guarded)('%s answers 401 to whatever is no good credential, in the same words', async (_name, route) => {
    const answers = await Promise.all(Object.values(bad).map((key) => walk(route, ownSite, { key })));
    for (const answer of answers) expect(problemOf(answer)).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
    const header = { headers: { 'x-api-key': bad['revoked']! } };
    expect(new Set([...answers, await walk(route, ownSite, header)].map(wordsOf)).size).toBe(1);
    expect(answers[0]!.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it.each(guarded)('%s answers 401 to a token that expired, and says so', async (_name, route) => {
    const answer = await walk(route, ownSite, { key: expiredToken });
    expect(problemOf(answer)).toEqual([401, 'AUTH.TOKEN_EXPIRED']);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it.each(guarded.filter(([, route]) => !mayBox(route)))(
    '%s answers 403 to an appliance, and names the scope',
    async (_name, route) => {
      const answer = await walk(route, ownSite, { key: own.key });
      expect(problemOf(answer)).toEqual([403, 'AUTH.SCOPE_MISSING']);
      expect(answer.body.required_scope).toBe(route.scope);
      expect(answer.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${route.scope}"`);
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

  it.each(guarded.filter(([, route]) => route.body !== undefined || route.multipart))(
    '%s answers garbage with a 4xx problem',
    async (_name, route) => {
      const bodies = ['{"site_id":', '\u0000', '[]', 'null', '""', '{}'];
      // Nothing is a change of nothing where all fields are optional.
      for (const body of route.body?.safeParse({}).success ? bodies.slice(0, -1) : bodies) {
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
    for (const path of ['/', '/no-such', '/incidents/1', '/orders', '/ledger', '/ledger/tile', '/docs', '/livez/x']) {
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
