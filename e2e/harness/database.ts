import pg from 'pg';
import { until } from './until.ts';

/** The tables in which the data of a site lies; the audit trail is left out, for it follows a moment later. */
const siteTables = [
  'gateway.sites',
  'gateway.rate_limits',
  'runbooks.incidents',
  'orders.appliances',
  'orders.appliance_keys',
  'orders.orders',
  'evidence.chain_heads',
  'evidence.bundles',
  'evidence.refusals',
];

export interface Database {
  rows: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;
  /** Rows and digest of their content, of each table that knows the site. */
  siteRows: (siteId: string) => Promise<Record<string, string>>;
  close: () => Promise<void>;
}

/** When orders looks next whether an appliance is silent. */
const movesByItself = 'watch_at';

/** All four schemas, as the superuser reads them. Survives a restart of the server. */
export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {}); // an idle connection that breaks is replaced
  const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await pool.query(sql, values)).rows as Row[];
  return {
    rows,
    async siteRows(siteId) {
      const parts = siteTables.map(
        (table) =>
          `select '${table}' as name, count(*) || ' ' || coalesce(md5(string_agg(row, ',' order by row)), '-') as content
           from (select (to_jsonb(t) - '${movesByItself}')::text as row from ${table} t where site_id = $1) rows`,
      );
      const found = await rows<{ name: string; content: string }>(parts.join(' union all '), [siteId]);
      return Object.fromEntries(found.map(({ name, content }) => [name, content]));
    },
    close: () => pool.end(),
  };
}

/** Every event has had its effect everywhere: no service has anything left to say. */
export async function untilOutboxesAreEmpty(database: Database, timeoutMs = 60_000): Promise<void> {
  const one = (schema: string) => `(select count(*) from ${schema}.outbox)`;
  const sql = `select (${['gateway', 'runbooks', 'orders', 'evidence'].map(one).join(' + ')})::int as waiting`;
  await until(
    'every outbox is empty',
    async () => (await database.rows<{ waiting: number }>(sql))[0]!.waiting === 0,
    timeoutMs,
  );
}
