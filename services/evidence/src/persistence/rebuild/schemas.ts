import type { Pool } from 'pg';
import { serviceSchema } from './schema-pool.ts';

/** Somebody who works in the database under the role of the service. */
export interface Connection {
  pid: number;
  application: string;
  /** Host, or `local`. */
  from: string;
  since: Date;
}

const builtPrefix = `${serviceSchema}_rebuilt_`;
const beforePrefix = `${serviceSchema}_before_`;

/** Names for a rebuild that begins now: of the schema that it fills, and of the one that it will have replaced. */
export function namesAt(time: Date): { built: string; before: string } {
  const stamp = time.toISOString().replaceAll(/[-:.]/g, '').toLowerCase();
  return { built: builtPrefix + stamp, before: beforePrefix + stamp };
}

/** Schemas of the evidence service beside its own: half-built ones, and ones that were replaced and kept. */
export async function findLeftovers(admin: Pool): Promise<{ built: string[]; before: string[] }> {
  const { rows } = await admin.query<{ nspname: string }>('select nspname from pg_namespace order by nspname');
  const beginning = (prefix: string) =>
    rows.map(({ nspname }) => nspname).filter((name) => new RegExp(`^${prefix}[0-9]{8}t[0-9]{9}z$`).test(name));
  return { built: beginning(builtPrefix), before: beginning(beforePrefix) };
}

/** The names of its tables. */
export async function tablesOf(admin: Pool, schema: string): Promise<string[]> {
  const { rows } = await admin.query<{ tablename: string }>(
    'select tablename from pg_tables where schemaname = $1 order by tablename',
    [schema],
  );
  return rows.map((row) => row.tablename);
}

/** Who is connected to this database as the service's role, but for the connections (pids) that are our own. */
export async function findConnections(admin: Pool, role: string, ours: readonly number[]): Promise<Connection[]> {
  const { rows } = await admin.query<Connection>(
    `select pid, application_name as application, coalesce(host(client_addr), 'local') as "from",
       backend_start as since
     from pg_stat_activity
     where datname = current_database() and usename = any (array[$1, $1 || '_site']) and pid <> all ($2::int[]) and backend_type = 'client backend'
     order by backend_start`,
    [role, ours],
  );
  return rows;
}

/**
 * Two renames in one commit: whoever looks finds the one schema or the other, never none and never half of one. Nobody
 * can write into `tables`, those of the service's schema, while `verify` has the last word.
 */
export async function swapSchemas(
  admin: Pool,
  { built, before, tables }: { built: string; before: string; tables: readonly string[] },
  verify: () => Promise<void>,
): Promise<void> {
  const client = await admin.connect();
  try {
    await client.query('begin');
    await client.query('set local synchronous_commit = on');
    await client.query(`set local lock_timeout = '5s'`);
    await client.query(
      `lock table ${tables.map((table) => `${serviceSchema}."${table}"`).join(', ')} in exclusive mode`,
    );
    await verify();
    await client.query(`alter schema ${serviceSchema} rename to ${before}`);
    await client.query(`alter schema ${built} rename to ${serviceSchema}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** @param schema one of `namesAt`: never that of the service. */
export async function dropSchema(admin: Pool, schema: string): Promise<void> {
  if (!schema.startsWith(builtPrefix) && !schema.startsWith(beforePrefix)) throw new Error(`${schema} is not ours`);
  await admin.query(`drop schema if exists ${schema} cascade`);
}
