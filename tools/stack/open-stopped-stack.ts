import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabases } from './open-databases.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { prepareState } from './prepare-state.ts';
import type { Part } from './processes/part.ts';
import type { ServiceName } from './services/service-names.ts';
import { serviceSettings } from './services/service-settings.ts';
import { endRecordedProcesses } from './state/process-record.ts';
import { takeLock } from './state/run-lock.ts';
import { openSecrets } from './state/secrets.ts';
import { createSteps } from './steps.ts';
import { createUndoList, type UndoList } from './undo-list.ts';

/** The database and the settings of a stack whose services do not run. */
export interface StoppedStack {
  /** Of a role that may make schemas; absent when only the services' own URLs were given. */
  adminDatabaseUrl?: string;
  /** The whole environment of one service's process. */
  settingsOf: (service: ServiceName) => Record<string, string>;
  /** Stops PostgreSQL, and lets the next start in. */
  close: () => Promise<void>;
}

export interface StoppedStackOptions {
  stateDir: string;
  /** As `startStack` takes them. */
  env: Record<string, string>;
}

/**
 * For a tool that works on the data alone: of a stack that does not run, starts PostgreSQL and nothing else. Nobody can
 * start the stack meanwhile. Throws a LockedError when it runs, an Error when there never was one.
 */
export async function openStoppedStack(options: StoppedStackOptions): Promise<StoppedStack> {
  const undo = createUndoList();
  try {
    return await openParts(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function openParts({ stateDir, env: settings }: StoppedStackOptions, undo: UndoList): Promise<StoppedStack> {
  // Secrets that were made now would be those of another system.
  if (!existsSync(join(stateDir, 'secrets', 'ledger-signing-key')))
    throw new Error(`There is no system in ${stateDir}: nothing was ever started there.`);
  const state = prepareState(stateDir);
  const lock = takeLock(join(state.folder, 'run.lock'));
  undo.add(lock.release);
  await endRecordedProcesses(state.folder);
  const secrets = openSecrets(state.folder);
  const start = async (): Promise<Part> => {
    const postgres = await startPostgres({
      stateDir: state.folder,
      password: secrets.postgresPassword,
      logFile: state.logFileOf('postgres'),
    });
    undo.add(postgres.stop);
    return postgres;
  };
  const urls = await openDatabases(start, { secrets, steps: createSteps(() => {}), settings });
  const vaultDir = settings['S3_ENDPOINT'] ? null : (settings['VAULT_DIR'] ?? state.vaultDir);
  const { orderKeysDir, ledgerSigningKeyFile, jwtSecretFile } = secrets;
  const keys = { orderKeysDir, ledgerSigningKeyFile, jwtSecretFile };
  const surroundings = {
    natsUrl: '',
    brokerSeeds: null,
    databaseUrls: urls.services,
    otlpUrl: null,
    vaultDir,
    settings,
  };
  return {
    ...(urls.admin !== undefined && { adminDatabaseUrl: urls.admin }),
    settingsOf: (service) => serviceSettings(service, 0, { ...surroundings, ...keys }),
    close: undo.run,
  };
}
