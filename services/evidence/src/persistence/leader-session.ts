import { createPool, defineStatement } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';

/** What one process of a database does and no other. */
export interface Leadership {
  /** Of the connection. */
  applicationName: string;
  /** Any constant of its own: whoever holds it in a database leads there. */
  lock: number;
}

const publishing: Leadership = { applicationName: 'countersign-evidence-ledger', lock: 1_279_542_855 };

const tryLock = defineStatement<{ granted: boolean }>(
  'try-to-lead',
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
  private readonly lock: number;
  private broken: Error | undefined;

  private constructor(client: PoolClient, lock: number, end: () => Promise<void>) {
    this.client = client;
    this.lock = lock;
    this.end = end;
    client.on('error', (error) => (this.broken = error));
  }

  /** Publishes the ledger unless it is told something else to lead in. */
  static async open(databaseUrl: string, leadership = publishing): Promise<LeaderSession> {
    const { applicationName, lock } = leadership;
    const pool = createPool({ databaseUrl, applicationName, max: 1 });
    try {
      const client = await pool.connect();
      const session = new LeaderSession(client, lock, async () => {
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
    const [row] = await tryLock.run(this.client, [this.lock]);
    return row!.granted;
  }

  /** Throws when the connection is known to be gone; only a statement that was answered shows that it is there. */
  assertOpen(): void {
    if (this.broken) throw new Error('The connection that holds the lock broke.', { cause: this.broken });
  }

  /** Gives up the lock with the connection. */
  async close(): Promise<void> {
    await this.end().catch(() => {});
  }
}
