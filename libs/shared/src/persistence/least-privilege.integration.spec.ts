import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { services, type ServiceName } from '../contracts/index.ts';
import { createTestSystem, openClient as open, type TestSystem } from '../testing/index.ts';

let system: TestSystem;
let admin: pg.Client;
const clients = {} as Record<ServiceName, pg.Client>;
let tables: { schema: ServiceName; table: string; insertOnly: boolean }[];

beforeAll(async () => {
  system = await createTestSystem(inject('adminDatabaseUrl'));
  admin = await open(system.adminUrl);
  for (const service of services) clients[service] = await open(system.databaseUrls[service]);
  ({ rows: tables } = await admin.query(
    `select n.nspname as schema, c.relname as table, coalesce(obj_description(c.oid) like 'insert-only%', false) as "insertOnly"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any($1) and c.relkind in ('r', 'p')`,
    [services],
  ));
});
afterAll(async () => {
  await Promise.all([admin, ...Object.values(clients)].map((client) => client?.end()));
  await system?.drop();
});

/** What PostgreSQL says to a statement; undefined when it lets it pass. Nothing is kept. */
async function refusalOf(service: ServiceName, sql: string): Promise<string | undefined> {
  const client = clients[service];
  await client.query('begin');
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('rollback');
  }
}

const denied = '42501';
const definitions = [
  'create table t (x int)',
  'create table public.t (x int)',
  'create temporary table t (x int)',
  'create temporary sequence s',
  'create schema s',
  "create function f() returns int language sql as 'select 1'",
  "create function public.f() returns int language sql as 'select 1'",
  'create view v as select 1',
  "create type t as enum ('a')",
  'create extension pgcrypto',
  'create publication p for all tables',
  'create role r',
  'alter table outbox add column x int',
  'alter table outbox disable trigger all',
  'alter table outbox owner to current_user',
  'create index on outbox (subject)',
  'create trigger t before insert on outbox for each row execute function suppress_redundant_updates_trigger()',
  'drop table outbox',
  'truncate outbox',
  "comment on table outbox is 'mine'",
  'delete from migrations',
  "update migrations set name = 'x'",
  "insert into migrations (timestamp, name) values (1, 'x')",
  'set role countersign_migrator',
  'set role postgres',
  'set session_replication_role = replica',
  "copy outbox to '/tmp/countersign'",
  "copy (select 1) to program 'true'",
  "select pg_read_file('/etc/passwd')",
  'select rolpassword from pg_authid',
  'select lo_create(0)',
  "select lo_from_bytea(0, 'x')",
  'select pg_reload_conf()',
  'alter role current_user superuser',
  'alter role current_user bypassrls',
];

describe.each(services)('the role of %s', (service) => {
  it.each(definitions)('is refused: %s', async (sql) => expect(await refusalOf(service, sql)).toBe(denied));

  it.each(['create database d', "alter system set log_statement = 'all'"])('is refused: %s', async (sql) => {
    await expect(clients[service].query(sql)).rejects.toMatchObject({ code: denied });
  });

  it('sees, adds, changes and removes no row of another service', async () => {
    for (const { schema, table } of tables.filter((one) => one.schema !== service)) {
      const name = `${schema}.${table}`;
      for (const sql of [
        `select from ${name}`,
        `insert into ${name} default values`,
        `delete from ${name}`,
        `lock ${name}`,
      ])
        expect(await refusalOf(service, sql), sql).toBe(denied);
    }
  });

  it('can only add to what is insert-only, and empties no table', async () => {
    for (const { table, insertOnly } of tables.filter((one) => one.schema === service)) {
      expect(await refusalOf(service, `truncate ${table}`), table).toBe(denied);
      expect(await refusalOf(service, `select from ${table}`), table).toBeUndefined();
      if (!insertOnly) continue;
      expect(await refusalOf(service, `delete from ${table}`), table).toBe(denied);
      const [column] = (
        await admin.query(`select attname from pg_attribute where attrelid = $1::regclass and attnum = 1`, [
          `${service}.${table}`,
        ])
      ).rows;
      expect(await refusalOf(service, `update ${table} set ${column.attname} = ${column.attname}`), table).toBe(denied);
    }
  });

  it('works with its own rows', async () => {
    const id = "'00000000-0000-0000-0000-000000000001'";
    expect(
      await refusalOf(service, `insert into outbox (id, subject, payload) values (${id}, 's', 'p')`),
    ).toBeUndefined();
    expect(await refusalOf(service, 'update outbox set attempts = 1')).toBeUndefined();
    expect(await refusalOf(service, 'delete from outbox')).toBeUndefined();
    expect(await refusalOf(service, 'select name from migrations')).toBeUndefined();
  });

  it('finds names in its own schema only, does not wait for ever, and is no member of anything', async () => {
    const { rows } = await clients[service].query(
      `select current_setting('search_path') as path, current_setting('statement_timeout') as statement,
          current_setting('idle_in_transaction_session_timeout') as idle, rolconnlimit as connections,
          rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or rolinherit as powerful,
          (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
        from pg_roles r where rolname = current_user`,
    );
    expect(rows).toEqual([
      { path: `${service}, pg_temp`, statement: '30s', idle: '1min', connections: 60, powerful: false, memberships: 0 },
    ]);
  });
});

describe('the database', () => {
  it('has some tables that are insert-only, or the tests above show nothing', () => {
    expect(tables.filter(({ insertOnly }) => insertOnly).length).toBeGreaterThan(3);
  });

  it('belongs to a role that nobody logs in as, not to the superuser', async () => {
    const { rows } = await admin.query(
      `select distinct pg_get_userbyid(c.relowner) as owner, r.rolcanlogin, r.rolsuper from pg_class c
        join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner where n.nspname = any($1)
       union select distinct pg_get_userbyid(p.proowner), r.rolcanlogin, r.rolsuper from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner where n.nspname = any($1)`,
      [services],
    );
    expect(rows).toEqual([{ owner: 'countersign_migrator', rolcanlogin: false, rolsuper: false }]);
  });

  it('lets in no role but ours', async () => {
    await admin.query("create role stranger_of_least_privilege login password 'x'");
    const url = new URL(system.adminUrl);
    [url.username, url.password] = ['stranger_of_least_privilege', 'x'];
    await expect(open(url.href)).rejects.toMatchObject({ code: denied });
    await admin.query('drop role stranger_of_least_privilege');
  });

  it('is handed over when an earlier version made it in the name of the superuser, and refuses a powerful role', async () => {
    await admin.query('alter table orders.outbox owner to postgres');
    await system.migrate();
    const { rows } = await admin.query(
      "select pg_get_userbyid(relowner) as owner from pg_class where oid = 'orders.outbox'::regclass",
    );
    expect(rows).toEqual([{ owner: 'countersign_migrator' }]);
    const role = pg.escapeIdentifier(new URL(system.databaseUrls.orders).username);
    await admin.query(`alter role ${role} createrole`);
    await expect(system.migrate()).rejects.toThrow('may do more than a service may');
    await admin.query(`alter role ${role} nocreaterole`);
  });
});
