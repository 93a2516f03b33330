import { createPool, defineStatement } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';

/** Any constant: whoever holds it in a database is the only one who publishes there. */
const leaderLock = 1_279_542_855;

const tryLock = defineStatement<{ granted: boolean }>(
  'lead-ledger',
  'select pg_try_advisory_lock($1::bigint) as granted',
);
/** A server that can no longer reach its client lets go of the lock within 15 s instead of hours. */
const watchClient = 'set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 2';

/**
 * The one connection over which a leader leads. The lock belongs to it, and everything that a leader reads and writes in
 * the database goes through it: who has lost the lock has lost the means to publish.
 */
export class LeaderSession {
  readonly client: PoolClient;
  private readonly end: () => Promise<void>;
  private broken: Error | undefined;

  private constructor(client: PoolClient, end: () => Promise<void>) {
    this.client = client;
    this.end = end;
    client.on('error', (error) => (this.broken = error));
  }

  static async open(databaseUrl: string): Promise<LeaderSession> {
    const pool = createPool({ databaseUrl, applicationName: 'countersign-evidence-ledger', max: 1 });
    try {
      const client = await pool.connect();
      const session = new LeaderSession(client, async () => {
        client.release(true);
        await pool.end();
      });
      await client.query(watchClient);
      return session;
    } catch (error) {
      await pool.end().catch(() => {});
      throw error;
    }
  }

  /** Whether this session leads from now on. */
  async tryLead(): Promise<boolean> {
    const [row] = await tryLock.run(this.client, [leaderLock]);
    return row!.granted;
  }

  /** Throws when the connection is known to be gone; only a statement that was answered shows that it is there. */
  assertOpen(): void {
    if (this.broken) throw new Error('The connection that holds the lock of the ledger broke.', { cause: this.broken });
  }

  /** Gives up the lock with the connection. */
  async close(): Promise<void> {
    await this.end().catch(() => {});
  }
}
