import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseUrls } from './database-urls.ts';
import { type BrokerSeeds, openBrokerUsers } from './nats/broker-users.ts';
import { keepBrokerDeclared } from './nats/keep-broker-declared.ts';
import { findNats } from './nats/find-nats.ts';
import { storeFolderOf } from './nats/nats-config.ts';
import { startNats } from './nats/start-nats.ts';
import type { DeclaredBroker } from '@countersign/shared/messaging/broker';
import { openDatabases } from './open-databases.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import type { PreparedState } from './prepare-state.ts';
import { makeRestartable, type Restartable } from './processes/restartable.ts';
import type { Watch } from './processes/watch.ts';
import type { Secrets } from './state/secrets.ts';
import type { Steps } from './steps.ts';

export interface Servers {
  postgres: Restartable;
  nats: Restartable;
  natsUrl: string;
  /** Null when the settings name a broker of the user's own. */
  brokerSeeds: BrokerSeeds | null;
  databaseUrls: DatabaseUrls;
  wipeNatsStore: () => void;
  stop: () => Promise<void>;
}

export interface ServersPlan {
  state: PreparedState;
  secrets: Secrets;
  watch: Watch;
  steps: Steps;
  /** NATS_URL, ADMIN_DATABASE_URL and the services' own database URLs replace our servers. */
  settings: Record<string, string>;
}

/** PostgreSQL with every table in it, and NATS; each only when the settings do not name one of the user's. */
export async function startServers({ state, secrets, watch, steps, settings }: ServersPlan): Promise<Servers> {
  const postgres = makeRestartable(watch, (port) =>
    startPostgres({
      stateDir: state.folder,
      password: secrets.postgresPassword,
      logFile: state.logFileOf('postgres'),
      port,
    }),
  );
  const isOwnNats = !settings['NATS_URL'];
  const users = isOwnNats ? openBrokerUsers(secrets.folder) : Promise.reject(new Error('NATS is not ours'));
  users.catch(() => {});
  let declared: DeclaredBroker | undefined;
  const nats = makeRestartable(watch, async (port) =>
    startNats({
      program: await findNats(),
      stateDir: state.folder,
      accounts: (await users).accounts,
      logFile: state.logFileOf('nats'),
      port,
    }),
  );
  const stop = async (): Promise<void> => {
    await declared?.stop();
    await nats.stop();
    await postgres.stop();
  };

  const openNats = async (): Promise<string> => {
    if (settings['NATS_URL']) return settings['NATS_URL'];
    const { port } = await steps.run('nats', nats.start, (part) => `listens on 127.0.0.1:${part.port}`);
    const url = `nats://127.0.0.1:${port}`;
    declared = await keepBrokerDeclared({ url, seeds: (await users).seeds, logFile: state.logFile, settings });
    return url;
  };

  const [opened, natsUrl] = await Promise.allSettled([
    openDatabases(postgres.start, { secrets, steps, settings }),
    openNats(),
  ]);
  if (opened.status === 'rejected' || natsUrl.status === 'rejected') {
    await stop();
    throw opened.status === 'rejected' ? opened.reason : (natsUrl as PromiseRejectedResult).reason;
  }
  return {
    postgres,
    nats,
    natsUrl: natsUrl.value,
    brokerSeeds: isOwnNats ? (await users).seeds : null,
    databaseUrls: opened.value,
    stop,
    wipeNatsStore() {
      if (nats.part()) throw new Error('NATS is running: stop or kill it before its store is wiped');
      rmSync(storeFolderOf(join(state.folder, 'nats')), { recursive: true, force: true });
    },
  };
}
