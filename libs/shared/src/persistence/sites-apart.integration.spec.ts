import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { services, type ServiceName } from '../contracts/index.ts';
import { createTestSystem, openClient as open, type TestSystem } from '../testing/index.ts';
import { openSiteScope, siteUrlOf } from './index.ts';
import { rows, sitesOfRows, siteTables as tables } from './sites-apart.conformance.ts';

let system: TestSystem;
let admin: pg.Client;
/** Of each service: the role that works over all sites, and the one that answers for one. */
const fleet = {} as Record<ServiceName, pg.Client>;
const site = {} as Record<ServiceName, pg.Client>;

const [a, b] = sitesOfRows;
const denied = { code: '42501' };

beforeAll(async () => {
  system = await createTestSystem(inject('adminDatabaseUrl'));
  admin = await open(system.adminUrl);
  await admin.query(rows);
  for (const service of services) {
    fleet[service] = await open(system.databaseUrls[service]);
    site[service] = await open(siteUrlOf(system.databaseUrls[service]));
  }
});
afterAll(async () => {
  await Promise.all([admin, ...Object.values(fleet), ...Object.values(site)].map((client) => client?.end()));
  await system?.drop();
});

/** In a transaction about a site; nothing is kept. */
async function within<T>(client: pg.Client, siteId: string, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query("select set_config('countersign.site', $1, true)", [siteId]);
    return await work();
  } finally {
    await client.query('rollback');
  }
}

describe('the tables', () => {
  it('that name a site, and those that hang on them, have the wall, whoever owns them', async () => {
    const found = await admin.query<{ table: string }>(
      `select n.nspname || '.' || c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = any($1) and c.relkind in ('r', 'p')
         and (exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'site_id' and not t.attisdropped)
           or (has_table_privilege('countersign_site', c.oid, 'select') and c.relname <> 'ledger_checkpoints'))
         and not (c.relrowsecurity and c.relforcerowsecurity
           and exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive
             and p.polcmd = '*' and p.polroles = array['countersign_site'::regrole::oid]))`,
      [services],
    );
    expect(found.rows).toEqual([]);
    const read = await admin.query<{ table: string }>(
      `select n.nspname || '.' || c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = any($1) and has_table_privilege('countersign_site', c.oid, 'select') and c.relname <> 'ledger_checkpoints'`,
      [services],
    );
    expect(read.rows.map((row) => row.table).toSorted()).toEqual(tables.map((table) => table.join('.')).toSorted());
  });

  it.each(tables)('%s.%s: no site named is an error, not an empty answer', async (service, table) => {
    await expect(site[service].query(`select * from ${table}`)).rejects.toMatchObject(denied);
    await expect(within(site[service], '', () => site[service].query(`table ${table}`))).rejects.toMatchObject(denied);
  });

  it.each(tables)(
    '%s.%s: a query that forgot its site gives the rows of the one that was named',
    async (service, table) => {
      for (const one of [a, b]) {
        const { rowCount } = await within(site[service], one, () => site[service].query(`select * from ${table}`));
        expect(rowCount).toBe(1);
      }
      const nobody = await within(site[service], 'nobody', () => site[service].query(`select * from ${table}`));
      expect(nobody.rowCount).toBe(0);
      const all = await admin.query(`select * from ${service}.${table}`);
      expect(all.rowCount).toBe(2);
    },
  );
});

describe('a transaction about one site', () => {
  const token = (siteId: string) =>
    site.gateway.query(
      `insert into enrolment_tokens (token_id, token_sha256, site_id, uses, expires_at, created_at)
       values (gen_random_uuid(), '\\x01', $1, 1, now(), now())`,
      [siteId],
    );

  it('writes rows of that site only', async () => {
    expect((await within(site.gateway, a, () => token(a))).rowCount).toBe(1);
    await expect(within(site.gateway, a, () => token(b))).rejects.toMatchObject(denied);
    await expect(token(a)).rejects.toMatchObject(denied);
    const foreignBundle = (await admin.query('select evidence_id from evidence.bundles where site_id = $1', [b]))
      .rows[0];
    const change = () =>
      site.evidence.query(
        `insert into retention_changes (id, evidence_id, kind, reason, principal_id, changed_at)
         values (gen_random_uuid(), $1, 'hold-off', 'why', gen_random_uuid(), now())`,
        [foreignBundle.evidence_id],
      );
    await expect(within(site.evidence, a, change)).rejects.toMatchObject(denied);
    expect((await within(site.evidence, b, change)).rowCount).toBe(1);
  });

  it('changes rows of that site only, and cannot give one away', async () => {
    const revoke = () => site.gateway.query('update enrolment_tokens set revoked_at = now()');
    expect((await within(site.gateway, a, revoke)).rowCount).toBe(1);
    const give = () => site.gateway.query('update enrolment_tokens set site_id = $1', [b]);
    await expect(within(site.gateway, a, give)).rejects.toMatchObject(denied);
    const overwrite = () =>
      site.gateway.query(
        `insert into site_policies (site_id, changed_by, changed_at) values ($1, gen_random_uuid(), now())
         on conflict (site_id) do update set enrolment = 'required'`,
        [b],
      );
    await expect(within(site.gateway, a, overwrite)).rejects.toMatchObject(denied);
  });

  it('has no rights on what it need not touch, and no way to more', async () => {
    const forbidden: [ServiceName, string][] = [
      ['gateway', 'select * from principals'],
      ['gateway', 'select * from api_keys'],
      ['gateway', 'select * from idempotency'],
      ['gateway', 'select * from outbox'],
      ['gateway', 'delete from enrolment_tokens'],
      ['orders', 'select * from appliance_keys'],
      ['orders', 'select * from signing_keys'],
      ['orders', 'update orders set host_id = host_id'],
      ['runbooks', 'select * from inbox'],
      ['evidence', 'update bundles set host_id = host_id'],
      ['evidence', 'select * from orders.orders'],
      ['evidence', 'set role countersign_migrator'],
      ['orders', 'alter table orders disable row level security'],
      ['orders', 'drop policy one_site on orders'],
      ['orders', 'create table t (x int)'],
    ];
    for (const [service, sql] of forbidden) {
      await expect(
        within(site[service], a, () => site[service].query(sql)),
        sql,
      ).rejects.toMatchObject(denied);
    }
    const { username } = new URL(system.databaseUrls.orders);
    await expect(site.orders.query(`set role "${username}"`)).rejects.toMatchObject(denied);
    // Asking for no row security is asking for an error.
    await expect(
      within(site.orders, a, async () => {
        await site.orders.query('set local row_security = off');
        return site.orders.query('select * from orders');
      }),
    ).rejects.toMatchObject(denied);
  });

  it('leaves nothing behind on its connection, committed or rolled back', async () => {
    for (const end of ['commit', 'rollback']) {
      await site.orders.query('begin');
      await site.orders.query("select set_config('countersign.site', $1, true)", [a]);
      expect((await site.orders.query('select * from orders')).rowCount).toBe(1);
      await site.orders.query(end);
      await expect(site.orders.query('select * from orders'), end).rejects.toMatchObject(denied);
    }
  });
});

describe('a site scope', () => {
  it('sees the site that it was opened for, over few connections and many sites at once', async () => {
    const scope = await openSiteScope({
      databaseUrl: system.databaseUrls.orders,
      schema: 'orders',
      applicationName: 'sites-apart-spec',
      entities: [],
    });
    try {
      const seen = await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          scope
            .within([a, b][n % 2]!, async ({ client, manager }) => {
              if (n % 5 === 4) await client.query('select 1/0').catch(() => {});
              const sql = 'select site_id from orders';
              const found = n % 5 === 4 ? [] : [...(await client.query(sql)).rows, ...(await manager.query(sql))];
              return found.map((row: { site_id: string }) => row.site_id);
            })
            .catch(() => []),
        ),
      );
      seen.forEach((sites, n) => expect(sites).toEqual(n % 5 === 4 ? [] : [[a, b][n % 2], [a, b][n % 2]]));
      await expect(scope.within('', ({ client }) => client.query('select * from orders'))).rejects.toMatchObject(
        denied,
      );
    } finally {
      await scope.close();
    }
  });
});

describe('what works over all sites', () => {
  it.each(tables)('sees all of %s.%s, whatever is set: no loop is ever filtered to nothing', async (service, table) => {
    for (const siteId of [a, 'nobody', '']) {
      const { rowCount } = await within(fleet[service], siteId, () => fleet[service].query(`select * from ${table}`));
      expect(rowCount).toBe(2);
    }
  });

  it.each([
    [
      'orders',
      `select * from orders where site_id = 'x' and status in ('pending', 'delivered') order by issued_at, order_id limit 5`,
    ],
    ['orders', `update orders set status = 'delivered' from unnest(array['x']) t (id) where order_id = t.id`],
    [
      'orders',
      `select deadline_at from orders where deadline_at < now() order by deadline_at limit 10 for update skip locked`,
    ],
    [
      'orders',
      `insert into appliances select * from appliances on conflict (site_id, host_id) do update set last_checkin = now()`,
    ],
    ['runbooks', `update incidents set status = 'resolved' where incident_id = any(array[gen_random_uuid()])`],
    ['evidence', `select * from bundles where site_id = 'x' and bundle_id = 'y'`],
    ['evidence', `select * from seal_queue where next_at < now() order by next_at limit 10`],
    ['evidence', `select leaf_index from ledger_leaves where event_id like 'x%' and source = '/x'`],
    ['gateway', `update rate_limits set hits = '{}' where site_id = 'x' and action = 'y'`],
  ] as [ServiceName, string][])('has the plan in %s that it had without the wall: %s', async (service, sql) => {
    const plan = async () => {
      await fleet[service].query('set enable_seqscan = off');
      const found = await fleet[service].query<{ 'QUERY PLAN': string }>(`explain (costs off, verbose) ${sql}`);
      return found.rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const alter = async (how: 'enable' | 'disable') => {
      for (const [owner, table] of tables) {
        if (owner === service) await admin.query(`alter table ${owner}.${table} ${how} row level security`);
      }
    };
    const behind = await plan();
    await alter('disable');
    const without = await plan().catch(String);
    await alter('enable');
    expect(behind).toBe(without);
    expect(behind).not.toContain('site_in_scope');
  });
});
