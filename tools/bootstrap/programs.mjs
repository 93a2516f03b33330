import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from './paths.mjs';

const vitest = (...projects) => ({
  args: [paths.vitest, 'run', ...projects.flatMap((project) => ['--project', project])],
});

/** What each command runs on Node 24; the caller's further arguments follow. */
export const programs = {
  start: { args: [join(paths.clone, 'tools/stack/main.ts')] },
  test: vitest('unit', 'integration', 'e2e'),
  'test:integration': vitest('integration'),
  'test:e2e': vitest('e2e'),
  'test:long': vitest('integration-long', 'e2e-long'),
  'test:fault': vitest('fault'),
  'test:vault': vitest('vault'),
  'test:e2e:s3': vitest('e2e-s3'),
  bench: { args: [join(paths.clone, 'tools/bench/main.ts')] },
  'bench:cost': { args: [join(paths.clone, 'tools/bench/cost/main.ts')] },
  'bench:ledger': { args: [join(paths.clone, 'tools/bench/ledger/main.ts')] },
  fuzz: { args: [join(paths.clone, 'tools/fuzz/main.ts')] },
  demo: { args: [join(paths.clone, 'tools/demo/main.ts')], environment: refuseWithoutSystem },
  kit: { args: [join(paths.clone, 'tools/kit/main.ts')], environment: refuseWithoutSystem },
  keys: { args: [join(paths.clone, 'services/gateway/dist/keys.main.js')], environment: databaseOfKeys },
  'order-keys': { args: [join(paths.clone, 'services/orders/dist/keys.main.js')], environment: settingsOfOrderKeys },
  ledger: { args: [join(paths.clone, 'tools/ledger/main.ts')] },
  scrub: { args: [join(paths.clone, 'services/evidence/dist/scrub.main.js')], environment: settingsOfScrub },
  'dead-letters': { args: [join(paths.clone, 'tools/dead-letters/main.ts')] },
};

/**
 * The keys command speaks with the gateway's database, and signs tokens with its secret: those of the running `npm start`
 * unless it is told another database.
 */
function databaseOfKeys(args) {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  if (DATABASE_URL || DATABASE_URL_FILE || args.length === 0 || args.includes('--help')) return {};
  const stack = runningStack();
  const url = stack?.database_urls?.gateway;
  if (url) return { ...stack.token_settings, DATABASE_URL: url };
  throw new Error("Start the system first (npm start in this clone), or set DATABASE_URL to the gateway's database.");
}

/** `npm run keys` is one command for people; the keys of orders are kept by another service than API keys. */
export function chooseProgram(command, args) {
  const isAboutOrders = command === 'keys' && ['rotate', 'status'].includes(args.find((arg) => !arg.startsWith('-')));
  return programs[isAboutOrders ? 'order-keys' : command];
}

/** Database and folder of keys of the running `npm start`, unless it is told others. */
function settingsOfOrderKeys(args) {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  if (DATABASE_URL || DATABASE_URL_FILE || args.length === 0 || args.includes('--help')) return {};
  const stack = runningStack();
  const url = stack?.database_urls?.orders;
  if (!url)
    throw new Error("Start the system first (npm start in this clone), or set DATABASE_URL to orders' database.");
  return { ORDER_KEYS_DIR: join(stack.state_dir, 'secrets/order-keys'), DATABASE_URL: url };
}

/** The scrubber looks at the running `npm start`, with the settings of its evidence service, unless it is told otherwise. */
function settingsOfScrub(args) {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  if (DATABASE_URL || DATABASE_URL_FILE || args.includes('--help') || args.includes('-h')) return {};
  const stack = runningStack();
  if (!stack) throw new Error('Start the system first (npm start in this clone), or set DATABASE_URL and the vault.');
  return {
    DATABASE_URL: stack.database_urls.evidence,
    LEDGER_SIGNING_KEY_FILE: join(stack.state_dir, 'secrets', 'ledger-signing-key'),
    ...(stack.vault_dir !== null && { VAULT_DIR: stack.vault_dir }),
  };
}

/** The demo and the kit need a running system: better said at once than after a build. */
function refuseWithoutSystem(args) {
  const needsOurs = !args.some((arg) => arg === '-h' || arg === '--help' || arg.startsWith('--url'));
  if (needsOurs && !runningStack()) {
    throw new Error('Nothing runs in this clone: run `npm start` in another terminal first.');
  }
  return {};
}

function runningStack() {
  try {
    const stack = JSON.parse(readFileSync(join(paths.work, 'stack.json'), 'utf8'));
    process.kill(stack.pids.stack, 0);
    return stack;
  } catch {
    return undefined; // none, or one that died without removing its file
  }
}
