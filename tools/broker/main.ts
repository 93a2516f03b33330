/**
 * Sets a broker up, as its operator; run by deployments as migrations are. Settings may come from <NAME>_FILE.
 *
 *   node tools/broker/main.ts accounts FILE    writes the `accounts` of a nats-server configuration: needs the seeds
 *                                              GATEWAY_, RUNBOOKS_, ORDERS_, EVIDENCE_ and OPERATOR_NATS_NKEY_SEED
 *   node tools/broker/main.ts declare          makes the streams and consumers that are missing: NATS_URL, NATS_NKEY_SEED
 *   node tools/broker/main.ts keep             the same, and again whenever the broker comes back, until it is told to stop
 *   node tools/broker/main.ts seed             prints the seed of a new NKey of a user
 */
import { renameSync, writeFileSync } from 'node:fs';
import { commonSettings, loadConfig } from '@countersign/shared/config';
import { type BrokerUser, brokerUsers } from '@countersign/shared/contracts';
import {
  createBrokerSeed,
  keepDeclared,
  publicKeyOfBrokerSeed,
  renderBrokerAccounts,
} from '@countersign/shared/messaging/broker';
import { createLogger } from '@countersign/shared/telemetry';
import { z } from 'zod';

const usage = 'Usage: node tools/broker/main.ts accounts FILE | declare | keep | seed';

function writeAccounts(file: string): void {
  const settingOf = (user: BrokerUser): string => `${user.toUpperCase()}_NATS_NKEY_SEED`;
  const schema = z.object(
    Object.fromEntries(brokerUsers.map((user) => [settingOf(user), commonSettings.NATS_NKEY_SEED.unwrap()])),
  );
  const seeds = loadConfig(schema);
  const publicKeys = brokerUsers.map((user) => [user, publicKeyOfBrokerSeed(seeds[settingOf(user)]!)]);
  // A broker that reads it meanwhile sees the old or the new one. It names public keys only.
  writeFileSync(`${file}.new`, renderBrokerAccounts(Object.fromEntries(publicKeys) as Record<BrokerUser, string>), {
    mode: 0o644,
  });
  renameSync(`${file}.new`, file);
}

async function declare(keeps: boolean): Promise<void> {
  const { NATS_URL, NATS_NKEY_SEED, NATS_REPLICAS, LOG_LEVEL } = commonSettings;
  const settings = loadConfig(z.object({ NATS_URL, NATS_NKEY_SEED, NATS_REPLICAS, LOG_LEVEL }));
  const logger = createLogger({ service: 'operator', level: settings.LOG_LEVEL });
  const declared = await keepDeclared({
    url: settings.NATS_URL,
    nkeySeed: settings.NATS_NKEY_SEED,
    replicas: settings.NATS_REPLICAS,
    logger,
  });
  logger.info({}, 'streams and consumers are declared');
  if (!keeps) return declared.stop();
  const stop = (): void => void declared.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

const [command, file] = process.argv.slice(2);
try {
  if (command === 'accounts' && file !== undefined) writeAccounts(file);
  else if (command === 'declare' || command === 'keep') await declare(command === 'keep');
  else if (command === 'seed') process.stdout.write(`${createBrokerSeed()}\n`);
  else throw new Error(usage);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
