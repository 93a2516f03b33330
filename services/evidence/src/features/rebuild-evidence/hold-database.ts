import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '@countersign/shared/persistence';
import { type Connection, findConnections } from '../../persistence/rebuild/schemas.ts';
import { LeaderSession } from '../../persistence/leader-session.ts';
import { notNow } from './rebuild-errors.ts';

export interface HeldDatabase {
  /** Throws AppError `LEDGER.REBUILD_REFUSED` when somebody else has come, or the lock is lost. */
  assertHeld: () => Promise<void>;
  release: () => Promise<void>;
}

/**
 * Takes the leader's place, so that nobody publishes and no second rebuild begins, and makes sure that no process of the
 * service works in the database. Throws AppError `LEDGER.REBUILD_REFUSED`, which says who does.
 */
export async function holdDatabase(admin: Pool, databaseUrl: string): Promise<HeldDatabase> {
  const role = roleOf(databaseUrl);
  const session = await LeaderSession.open(databaseUrl);
  try {
    const { rows } = await session.client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ours = [rows[0]!.pid];
    const assertHeld = async (): Promise<void> => {
      session.assertOpen();
      await session.client.query('select 1');
      await refuseConnections(admin, databaseUrl, { ours });
    };
    if (!(await session.tryLead())) throw occupied(await findConnections(admin, role, ours));
    await assertHeld();
    return { assertHeld, release: () => session.close() };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Throws AppError `LEDGER.REBUILD_REFUSED` when others than `ours` (pids) work in the database as the service. Who has
 * just ended is there for a moment yet: they are given `waitMs` to go.
 */
export async function refuseConnections(
  admin: Pool,
  databaseUrl: string,
  { ours = [], waitMs = 0 }: { ours?: readonly number[]; waitMs?: number } = {},
): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const others = await findConnections(admin, roleOf(databaseUrl), ours);
    if (others.length === 0) return;
    if (performance.now() >= deadline) throw occupied(others);
    await delay(100);
  }
}

const roleOf = (databaseUrl: string): string => decodeURIComponent(new URL(databaseUrl).username);

function occupied(connections: readonly Connection[]) {
  const who = connections.map(
    ({ application, pid, from }) => `${application || 'a program'} (${from}, backend ${pid})`,
  );
  return notNow(
    `The evidence service, or a tool under its role, works in the database: ${who.join(', ')}. Stop every replica first.`,
    { connections: who },
  );
}
