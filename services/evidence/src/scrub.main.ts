import { parseArgs } from 'node:util';
import { loadConfig } from '@countersign/shared/config';
import { systemClock } from '@countersign/shared/kernel';
import { parseVkey } from '@countersign/shared/ledger';
import { createPool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { openLedgerKey } from './domain/ledger-key.ts';
import { describeScrub, describeWay } from './features/scrub/describe-scrub.ts';
import type { ScrubbedLog } from './features/scrub/ledger/judge-checkpoints.ts';
import { scrubOnce } from './features/scrub/scrub-once.ts';
import { type LedgerCommandSettings, ledgerCommandSettings } from './ledger-command.config.ts';
import { openConfiguredVault } from './open-configured-vault.ts';

const usage = `Usage: npm run scrub -- [options]

Re-hashes every object of the vault, recomputes tiles, checkpoints and chains, and names what is not as it was, once and
at full speed, beside the walk that the service makes at its pace. What it finds is noted and told like what that finds.

  --site SITE         only the bundles and objects of one site
  --ledger-key VKEY   the key that checkpoints are verified with, instead of LEDGER_SIGNING_KEY
  --json              the result as JSON

Ends with 0 when everything is as it was, with 1 when something is not, with 2 when it could not look. Beside \`npm start\`
it needs nothing; elsewhere DATABASE_URL (of the evidence service), the settings of the vault and LEDGER_SIGNING_KEY.`;

const show = (text: string): void => void process.stdout.write(`${text}\n`);

function openLog({ LEDGER_SIGNING_KEY, LEDGER_ORIGIN }: LedgerCommandSettings, vkey: string | undefined): ScrubbedLog {
  if (vkey !== undefined) {
    const { name: origin, publicKey } = parseVkey(vkey);
    return { origin, publicKey };
  }
  if (LEDGER_SIGNING_KEY === undefined) throw new Error('Set LEDGER_SIGNING_KEY, or give the key with --ledger-key.');
  return openLedgerKey(LEDGER_SIGNING_KEY, LEDGER_ORIGIN);
}

async function scrub(): Promise<void> {
  const { values } = parseArgs({
    options: {
      site: { type: 'string' },
      'ledger-key': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return show(usage);
  const settings = loadConfig(ledgerCommandSettings);
  const log = openLog(settings, values['ledger-key']);
  const vault = await openConfiguredVault(settings, createLogger({ service: 'evidence', level: 'fatal' }));
  const pool = createPool({ databaseUrl: settings.DATABASE_URL, applicationName: 'countersign-scrub-once', max: 2 });
  const began = performance.now();
  let told = began;
  try {
    const result = await scrubOnce({
      on: pool,
      vault,
      log,
      clock: systemClock,
      // A person reads what is printed below; whoever collects logs gets it as the service would have said it.
      logger: process.stderr.isTTY
        ? { error: () => {} }
        : createLogger({ service: 'evidence', destination: process.stderr }),
      site: values.site,
      onLook(part, objects) {
        if (values.json || performance.now() - told < 1_000) return;
        told = performance.now();
        process.stderr.write(`${describeWay(part, objects)}\n`);
      },
    });
    const outcome = { ...result, seconds: Math.round(performance.now() - began) / 1_000 };
    show(values.json ? JSON.stringify(outcome) : describeScrub(outcome));
    if (result.findings.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all([vault.close(), pool.end()]);
  }
}

try {
  await scrub();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
