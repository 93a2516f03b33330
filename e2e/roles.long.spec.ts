import { principalKinds, type RouteContract, scopesOfKind } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createKey, createToken } from './harness/api-keys.ts';
import { newSiteId } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';
import { guarded, walkRoute } from './harness/route-calls.ts';

const system = inject('system');
const base = system.gatewayUrls[0]!;
const ownSite = newSiteId();
const foreignSite = newSiteId();

type Kind = (typeof principalKinds)[number];

/** What the contracts say about each kind and each route: the whole table, and nothing that is not in them. */
const rows = principalKinds.flatMap((kind) => guarded.map(([name, route]) => ({ kind, name, route })));
const mayAll = (kind: Kind, { scope }: RouteContract): boolean => scope === null || scopesOfKind[kind].includes(scope);

describe('every kind of principal at every route', () => {
  const bound = {} as Record<Kind, string>;
  const tokens = {} as Record<Kind, string>;
  const fleet = {} as Partial<Record<Kind, string>>;

  beforeAll(async () => {
    for (const kind of principalKinds) {
      const [one, all] = await Promise.all([
        createKey(system, kind, ownSite),
        kind === 'appliance' ? undefined : createKey(system, kind),
      ]);
      bound[kind] = one.key;
      if (all) fleet[kind] = all.key;
      tokens[kind] = await createToken(system, one.principal_id);
    }
  }, 180_000);

  async function verdictOf(route: RouteContract, siteId: string, key: string): Promise<string> {
    const answer = await walkRoute(base, route, siteId, { key });
    if (answer.status < 400) return 'admitted';
    const [status, code] = problemOf(answer);
    if (status === 401) return code;
    if (status !== 403 || (code !== 'AUTH.SCOPE_MISSING' && code !== 'AUTH.SITE_FORBIDDEN')) return 'admitted';
    if (code === 'AUTH.SCOPE_MISSING') {
      expect(answer.body.required_scope).toBe(route.scope);
      expect(answer.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${route.scope}"`);
    }
    return code;
  }

  it.each(rows)('$kind at $name: what its scopes say, by key as by token', async ({ kind, route }) => {
    const expected = mayAll(kind, route) ? 'admitted' : 'AUTH.SCOPE_MISSING';
    const forBound = expected === 'admitted' && route.fleetOnly ? 'AUTH.SITE_FORBIDDEN' : expected;
    const [byKey, byToken] = [
      await verdictOf(route, ownSite, bound[kind]),
      await verdictOf(route, ownSite, tokens[kind]),
    ];
    expect([byKey, byToken]).toEqual([forBound, forBound]);
    if (fleet[kind] !== undefined) expect(await verdictOf(route, ownSite, fleet[kind])).toBe(expected);
  });

  it.each(rows.filter(({ route }) => route.site !== null))(
    '$kind of one site at $name of another: nothing',
    async ({ kind, route }) => {
      const expected = mayAll(kind, route) ? 'AUTH.SITE_FORBIDDEN' : 'AUTH.SCOPE_MISSING';
      expect(await verdictOf(route, foreignSite, bound[kind])).toBe(expected);
      expect(await verdictOf(route, foreignSite, tokens[kind])).toBe(expected);
    },
  );

  it('is no empty table: every scope of every route is given to somebody and kept from somebody', () => {
    for (const [name, route] of guarded) {
      expect(
        principalKinds.some((kind) => mayAll(kind, route)),
        name,
      ).toBe(true);
    }
    const everybody = guarded.filter(([, route]) => principalKinds.every((kind) => mayAll(kind, route)));
    expect(everybody.length).toBeLessThan(guarded.length);
    expect(new Set(guarded.map(([, { scope }]) => scope)).size).toBeGreaterThan(10);
  });
});
