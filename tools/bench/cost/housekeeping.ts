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
 * measurement it is off, and the same work is done between turns. It takes as long as
 * it takes: not by the pool of services, which cancels what runs for 5 s.
 */
export async function takeOverHousekeeping(adminUrl: string): Promise<Housekeeping> {
  const pool = new pg.Pool({ connectionString: adminUrl, application_name: 'bench', max: 1 });
  // A connection that breaks between turns would end the process before it has stopped what it started; the next query tells.
  pool.on('error', () => {});
  await pool.query('alter system set autovacuum = off');
  await pool.query('select pg_reload_conf()');
  return {
    cleanChecks: async () =>
      void (await pool.query('vacuum gateway.rate_limits, gateway.limit_hits, gateway.request_nonces')),
    cleanAll: async () => void (await pool.query('vacuum (analyze)')),
    close: () => pool.end(),
  };
}
