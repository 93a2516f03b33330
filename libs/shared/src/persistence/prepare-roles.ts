import pg from 'pg';
import type { MigratedService } from './migrated-service.ts';

/**
 * Owns every schema, table and function, and nobody logs in as it: migrations run in its name, the services never. So
 * whoever has a service's password can change rows, and no definition.
 */
export const migrator = 'countersign_migrator';

/** Connections that one service may hold, all its replicas together: a single one cannot shut out the others. */
const connectionLimit = 60;

/** What PostgreSQL gives to everybody who can connect, and none of our roles needs. Needs a superuser. */
const largeObjects = ['lo_creat(int)', 'lo_create(oid)', 'lo_from_bytea(oid, bytea)'];

/** The database to ourselves: nobody else may connect, and nobody has a schema or temporary tables to create things in. */
export async function closeDatabase(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ database: string; is_super: boolean }>(
    'select current_database() as database, rolsuper as is_super from pg_roles where rolname = current_user',
  );
  const { database, is_super: isSuper } = rows[0]!;
  await createMigrator(admin);
  const name = pg.escapeIdentifier(database);
  await admin.query(`revoke all on database ${name} from public; revoke all on schema public from public`);
  await admin.query(`grant connect on database ${name} to ${migrator}`);
  if (isSuper) await admin.query(largeObjects.map((one) => `revoke execute on function ${one} from public`).join(';'));
}

/** Roles belong to the whole cluster, so another database's migration may make it at the same moment. */
async function createMigrator(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [migrator]);
  if (rowCount === 0) await admin.query(`create role ${migrator} nologin`).catch(ignoreExisting);
  // A superuser may act as anybody; another administrator has to be a member.
  const { rowCount: isMember } = await admin.query("select where pg_has_role(current_user, $1, 'member')", [migrator]);
  if (isMember === 0) await admin.query(`grant ${migrator} to current_user`);
}

function ignoreExisting(error: unknown): void {
  const { code } = error as { code?: string };
  if (code !== '42710' && code !== '23505') throw error;
}

/** The service's role with its password, limits and search path, and its schema. Throws when the role has more than it may. */
export async function prepareRole(admin: pg.Client, { name, databaseUrl }: MigratedService): Promise<void> {
  const { username, password, pathname } = new URL(databaseUrl);
  const role = pg.escapeIdentifier(username);
  const schema = pg.escapeIdentifier(name);
  const database = pg.escapeIdentifier(pathname.slice(1));
  const secret = pg.escapeLiteral(decodeURIComponent(password));
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [username]);
  await admin.query(
    `${rowCount ? 'alter' : 'create'} role ${role} login noinherit connection limit ${connectionLimit} password ${secret}`,
  );
  await refusePower(admin, username);
  await admin.query(`
    grant connect on database ${database} to ${role};
    alter role ${role} in database ${database} set search_path = ${schema}, pg_temp;
    alter role ${role} in database ${database} set statement_timeout = '30s';
    alter role ${role} in database ${database} set idle_in_transaction_session_timeout = '60s'`);
  await prepareSchema(admin, name);
}

/** A schema that nobody but migrations may make things in. */
export async function prepareSchema(admin: pg.Client, name: string): Promise<void> {
  const schema = pg.escapeIdentifier(name);
  await admin.query(`create schema if not exists ${schema}; alter schema ${schema} owner to ${migrator}`);
}

async function refusePower(admin: pg.Client, username: string): Promise<void> {
  const { rowCount } = await admin.query(
    `select from pg_roles r where rolname = $1 and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
       or exists (select from pg_auth_members m where m.member = r.oid))`,
    [username],
  );
  if (rowCount)
    throw new Error(`The role ${username} may do more than a service may: name another in its DATABASE_URL.`);
}

/** What earlier versions made in the administrator's name. Identity sequences go with their tables. */
export async function handOver(admin: pg.Client, schema: string): Promise<void> {
  const { rows } = await admin.query<{ sql: string }>(
    `select format('alter %s %I.%I owner to ${migrator}', case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end,
              n.nspname, c.relname) as sql
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'S') and c.relowner <> '${migrator}'::regrole
         and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and c.relkind = 'S')
     union all
     select format('alter routine %s owner to ${migrator}', p.oid::regprocedure)
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = $1 and p.proowner <> '${migrator}'::regrole`,
    [schema],
  );
  for (const { sql } of rows) await admin.query(sql);
}
