import pg from 'pg';

export interface PoolSettings {
  /** `postgres://role:password@host:port/database`; the role's own search_path names its schema. */
  databaseUrl: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** Connections at most. */
  max: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onConnectionError?: (error: Error) => void;
}

/**
 * What the planner may not do with a hot statement. Its tables grow from nothing to millions of rows between two looks
 * of the statistics, and a plan that was made for an empty table reads a full one from end to end: so an index where
 * there is one, one plan per statement, made once, and no compilation of what runs in a millisecond.
 */
export const steadyPlans =
  '-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c jit=off';

/** The pool for hot statements. A statement that takes longer than 5 s is cancelled by the server. */
export function createPool(settings: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    application_name: settings.applicationName,
    max: settings.max,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 5_000,
    query_timeout: 7_000,
    options: steadyPlans,
    keepAlive: true,
    idleTimeoutMillis: 0,
  });
  pool.on('error', (error) => settings.onConnectionError?.(error));
  return pool;
}
