import pg from 'pg';

export interface Housekeeping {
  /** Tables that the checks alone write: what it costs to keep them is a cost of the checks. */
  cleanChecks(): Promise<void>;
  /** Everything else, which every variant writes alike. */
  cleanAll(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Autovacuum comes when it likes and takes seconds of CPU at a time, from whichever turn it meets. In the system of one
 * measurement it is off, and the same work is done between turns. It takes as long as it takes: by a connection of its own,
 * since those of services cancel what runs for 5 s.
 */
export async function takeOverHousekeeping(adminUrl: string): Promise<Housekeeping> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'bench' });
  await client.connect();
  await client.query('alter system set autovacuum = off');
  await client.query('select pg_reload_conf()');
  return {
    cleanChecks: async () =>
      void (await client.query('vacuum gateway.rate_limits, gateway.limit_hits, gateway.request_nonces')),
    cleanAll: async () => void (await client.query('vacuum (analyze)')),
    close: () => client.end(),
  };
}
