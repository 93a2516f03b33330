import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { commonSettings, loadConfig } from '@countersign/shared/config';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createDescribeOrderKeys } from './features/keep-order-keys/describe-order-keys.handler.ts';
import { openKeyFiles } from './features/manage-order-keys/key-files.ts';
import { printOrderKeys, printProgress, printRotation } from './features/manage-order-keys/print-order-keys.ts';
import { createRotateOrderKeys } from './features/manage-order-keys/rotate-order-keys.handler.ts';
import { orderKeySettings } from './orders.config.ts';
import { KeyKnowledgeRepository } from './persistence/key-knowledge.repository.ts';
import { OrderKeyRepository } from './persistence/order-key.repository.ts';

const usage = `Usage: npm run keys -- rotate [--compromised] [--wait] [--json]
       npm run keys -- status [--json]

  rotate          makes a new key for orders and follows it until it signs; no valid order is refused
  --compromised   the key that signs is in the wrong hands: drops it within seconds, with the orders under way
  --wait          until the previous key is retired, and removes its file
  status          the keys of orders, and which appliances know them`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    compromised: { type: 'boolean', default: false },
    wait: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const show = (text: string): void => void process.stdout.write(`${text}\n`);

/** Each line once: people see what changes. */
function createTeller(): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) process.stderr.write(`${line}\n`);
    last = line;
  };
}

async function run(command: string, pool: Pool, settings: z.output<typeof keysSettings>): Promise<void> {
  const repository = new OrderKeyRepository(pool);
  const knowledge = new KeyKnowledgeRepository(pool);
  const aliveMs = settings.APPLIANCE_SILENT_MINUTES * 60_000;
  const describe = createDescribeOrderKeys({ repository, knowledge, aliveMs });
  if (command === 'status') {
    const report = await describe();
    return show(values.json ? JSON.stringify(report) : printOrderKeys(report));
  }
  if (settings.ORDER_KEYS_DIR === undefined) throw new Error('Set ORDER_KEYS_DIR to the folder of the keys of orders.');
  const tell = createTeller();
  const rotate = createRotateOrderKeys({
    describe,
    repository,
    files: openKeyFiles(settings.ORDER_KEYS_DIR, settings.ORDER_SIGNING_KEY_PASSPHRASE),
    wait: (ms) => delay(ms),
    onProgress: (report, keyId) => tell(printProgress(report, keyId)),
  });
  const rotation = await rotate({ isCompromised: values.compromised, untilRetired: values.wait });
  show(values.json ? JSON.stringify(rotation) : printRotation(rotation));
}

const keysSettings = z.object({ DATABASE_URL: commonSettings.DATABASE_URL, ...orderKeySettings });
const [command = '', ...more] = positionals;
if (values.help || command === '') {
  show(usage);
} else {
  let pool: Pool | undefined;
  try {
    if (!['rotate', 'status'].includes(command) || more.length > 0) throw new Error(usage);
    const settings = loadConfig(keysSettings);
    pool = createPool({ databaseUrl: settings.DATABASE_URL, applicationName: 'countersign-order-keys', max: 2 });
    await run(command, pool, settings);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    await pool?.end();
  }
}
