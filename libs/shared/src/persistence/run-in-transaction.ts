import type { Pool, PoolClient } from 'pg';
import { asDatabaseError } from './database-error.ts';

/**
 * Runs `work` between BEGIN and COMMIT on one connection, which is the only handle that `work` gets. Rolls back on
 * any error; a connection that cannot even do that is thrown away.
 */
export async function runInTransaction<Value>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw asDatabaseError(error);
  }
  let broken: Error | undefined;
  // A connection that dies between two statements says so by an event; without a listener that ends the process.
  const noteBreak = (error: Error) => (broken = error);
  client.on('error', noteBreak);
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    await client.query('ROLLBACK').catch(noteBreak);
    throw asDatabaseError(error);
  } finally {
    client.off('error', noteBreak);
    client.release(broken);
  }
}
