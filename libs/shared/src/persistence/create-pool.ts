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

/** The pool for hot statements. A statement that takes longer than 5 s is cancelled by the server. */
export function createPool(settings: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    application_name: settings.applicationName,
    max: settings.max,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 5_000,
    query_timeout: 7_000,
    keepAlive: true,
    idleTimeoutMillis: 0,
  });
  pool.on('error', (error) => settings.onConnectionError?.(error));
  return pool;
}
