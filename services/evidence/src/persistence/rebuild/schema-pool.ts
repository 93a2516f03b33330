import pg from 'pg';

/** The schema that the service looks into. */
export const serviceSchema = 'evidence';

/**
 * Connections as a role that may make schemas, looking into this one first. Statements take as long as they take; what
 * is written is on the disk when a later commit over another connection is.
 */
export function openSchemaPool(adminUrl: string, schema: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: adminUrl,
    application_name: 'countersign-ledger-command',
    max: 4,
    connectionTimeoutMillis: 5_000,
    options: `-c search_path=${schema} -c synchronous_commit=off -c timezone=UTC -c random_page_cost=1.1`,
    keepAlive: true,
  });
  pool.on('error', () => {});
  return pool;
}
