import { join } from 'node:path';
import { type FirstKeys, openFirstKeys } from './first-keys.ts';
import { prepareState } from './prepare-state.ts';
import { createWatch } from './processes/watch.ts';
import { createFleet, type ServiceFleet } from './services/service-fleet.ts';
import { serviceNames } from './services/service-names.ts';
import { tokenSettings } from './services/token-settings.ts';
import { describeStack } from './stack-info.ts';
import type { Stack, StackOptions } from './stack-options.ts';
import { type Servers, startServers } from './start-servers.ts';
import { endRecordedProcesses, openProcessRecord } from './state/process-record.ts';
import { takeLock } from './state/run-lock.ts';
import { openSecrets } from './state/secrets.ts';
import { createSteps } from './steps.ts';
import { startTraceSink } from './traces/start-trace-sink.ts';
import { createUndoList, type UndoList } from './undo-list.ts';

/**
 * Starts PostgreSQL, NATS, a trace sink and the four services from their `dist` folders, on free ports, with every
 * table, secret and first API key made. Whatever fails, what was started is stopped again before this rejects; a second
 * start on the same state folder rejects with a LockedError. Call it from the main thread of a process.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const undo = createUndoList();
  try {
    return await startParts(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function startParts(options: StackOptions, undo: UndoList): Promise<Stack> {
  const { stateDir, replicas = {}, env: settings = {}, gatewayPort = 0, quiet = true } = options;
  const startedAt = new Date();
  const state = prepareState(stateDir);
  undo.add(state.dispose);
  const lock = takeLock(join(state.folder, 'run.lock'));
  undo.add(lock.release);
  await endRecordedProcesses(state.folder);
  const record = openProcessRecord(state.folder);
  undo.add(record.clear);

  const secrets = openSecrets(state.folder);
  const watch = createWatch();
  const steps = createSteps(quiet ? () => {} : (line) => console.log(line));
  const sink = settings['OTEL_EXPORTER_OTLP_ENDPOINT'] ? undefined : await startTraceSink();
  if (sink) undo.add(sink.stop);
  const servers = await startServers({ state, secrets, watch, steps, settings });
  undo.add(servers.stop);

  const vaultDir = settings['S3_ENDPOINT'] ? null : (settings['VAULT_DIR'] ?? state.vaultDir);
  const fleet = createFleet({
    surroundings: {
      natsUrl: servers.natsUrl,
      brokerSeeds: servers.brokerSeeds,
      databaseUrls: servers.databaseUrls.services,
      otlpUrl: sink?.url ?? null,
      orderKeysDir: secrets.orderKeysDir,
      ledgerSigningKeyFile: secrets.ledgerSigningKeyFile,
      jwtSecretFile: secrets.jwtSecretFile,
      vaultDir,
      settings,
    },
    watch,
    record,
    logFile: state.logFile,
    gatewayPort: typeof gatewayPort === 'number' ? { port: gatewayPort, demanded: false } : gatewayPort,
  });
  undo.add(fleet.stopAll);
  const keys = await steps.run(
    'services',
    () =>
      startServices(fleet, replicas, {
        folder: secrets.folder,
        gatewayDatabaseUrl: servers.databaseUrls.services.gateway,
      }),
    () => `${fleet.list().length} processes are ready`,
  );
  const tokens = tokenSettings(settings, secrets.jwtSecretFile);
  const describe = () => describeStack({ state, servers, fleet, sink, keys, tokens, vaultDir, startedAt });
  lock.note(describe().gateway_url);
  return handleOf({ describe, keys, servers, fleet, broken: watch.broken, undo });
}

async function startServices(
  fleet: ServiceFleet,
  replicas: StackOptions['replicas'],
  keysPlan: Parameters<typeof openFirstKeys>[0],
): Promise<FirstKeys> {
  const counts = Object.fromEntries(serviceNames.map((name) => [name, replicas?.[name] ?? 1]));
  const [keys] = await Promise.all([openFirstKeys(keysPlan), fleet.scale(counts)]);
  return keys.confirm(fleet.list()[0]!.url);
}

interface RunningParts {
  describe: () => Stack['info'];
  keys: FirstKeys;
  servers: Servers;
  fleet: ServiceFleet;
  broken: Promise<string>;
  undo: UndoList;
}

function handleOf({ describe, keys, servers, fleet, broken, undo }: RunningParts): Stack {
  const { postgres, nats } = servers;
  return {
    get info() {
      return describe();
    },
    applianceKey: keys.appliance,
    broken,
    services: fleet.list,
    scale: fleet.scale,
    async restartService(service, replica = 0) {
      await fleet.stop(service, replica);
      await fleet.start(service, replica);
    },
    killService: (service, signal = 'SIGKILL', replica = 0) => fleet.signal(service, replica, signal),
    killNats: nats.kill,
    startNats: async () => void (await nats.start()),
    wipeNatsStore: servers.wipeNatsStore,
    stopPostgres: postgres.stop,
    killPostgres: postgres.kill,
    startPostgres: async () => void (await postgres.start()),
    async restartPostgres() {
      await postgres.stop();
      await postgres.start();
    },
    stop: undo.run,
  };
}
