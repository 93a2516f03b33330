import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openBrokerUsers, type BrokerSeeds, withAdministrator } from './nats/broker-users.ts';
import { findNats } from './nats/find-nats.ts';
import { startNats } from './nats/start-nats.ts';
import type { Part } from './processes/part.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { makeTemporaryState } from './state/temporary-state.ts';

export interface Engines {
  /** Superuser, database `postgres`. */
  adminDatabaseUrl: string;
  /** Of a user who may do everything: `nats://user:password@127.0.0.1:port`. */
  natsUrl: string;
  /** Of the users that a running system has, with no more rights than there. */
  brokerSeeds: BrokerSeeds;
  pids: { postgres: number; nats: number };
  /** Where their data lies. */
  folder: string;
  /** Stops both and removes their data. */
  stop(): Promise<void>;
}

/** PostgreSQL and NATS alone, on free ports, in a temporary folder: for integration tests. */
export async function startEngines(): Promise<Engines> {
  const { folder, remove } = makeTemporaryState();
  const password = randomBytes(24).toString('base64url');
  const { seeds, accounts } = await openBrokerUsers();
  const broker = withAdministrator(accounts);
  const running: Part[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((engine) => engine.stop()));
    remove();
  };
  const start = async (engine: Promise<Part>): Promise<Part> => {
    running.push(await engine);
    return engine;
  };
  const [postgres, nats] = await Promise.allSettled([
    start(startPostgres({ stateDir: folder, password, logFile: join(folder, 'postgres.log') })),
    start(
      findNats().then((program) =>
        startNats({ program, stateDir: folder, accounts: broker.accounts, logFile: join(folder, 'nats.log') }),
      ),
    ),
  ]);
  if (postgres.status === 'rejected' || nats.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : (nats as PromiseRejectedResult).reason;
  }
  return {
    adminDatabaseUrl: `postgres://postgres:${password}@127.0.0.1:${postgres.value.port}/postgres`,
    natsUrl: `nats://${broker.user}:${broker.password}@127.0.0.1:${nats.value.port}`,
    brokerSeeds: seeds,
    pids: { postgres: postgres.value.pid, nats: nats.value.pid },
    folder,
    stop,
  };
}
