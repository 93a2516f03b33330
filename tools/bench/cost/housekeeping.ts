import { createPool } from '@countersign/shared/persistence';

export interface Housekeeping {
  /** Tables that the checks alone write: what it costs to keep them is a cost of the checks. */
  cleanChecks(): Promise<void>;
  /** Everything else, which every variant writes alike. */
  cleanAll(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Autovacuum comes when it likes and takes seconds of CPU at a time, from whichever turn it meets. In the system of one
 * measurement it is off, and the same work is done between turns.
 */
export async function takeOverHousekeeping(adminUrl: string): Promise<Housekeeping> {
  const pool = createPool({ databaseUrl: adminUrl, applicationName: 'bench', max: 1 });
  await pool.query('alter system set autovacuum = off');
  await pool.query('select pg_reload_conf()');
  return {
    cleanChecks: async () =>
      void (await pool.query('vacuum gateway.rate_limits, gateway.limit_hits, gateway.request_nonces')),
    cleanAll: async () => void (await pool.query('vacuum (analyze)')),
    close: () => pool.end(),
  };
}
