import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '@countersign/shared/config';
import { systemClock } from '@countersign/shared/kernel';
import { parseVkey } from '@countersign/shared/ledger';
import { createPool, migrateAll, sourceUrlOf } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import { openLedgerKey } from './domain/ledger-key.ts';
import { createCheckLedger } from './features/rebuild-evidence/check-ledger.handler.ts';
import { createRebuildEvidence, type RebuildOptions } from './features/rebuild-evidence/rebuild-evidence.handler.ts';
import { type LedgerCommandSettings, ledgerCommandSettings } from './ledger-command.config.ts';
import { openConfiguredVault } from './open-configured-vault.ts';

const usage = `Usage: npm run ledger -- <command> [options]

  check      compare the newest checkpoint in the vault with the database
  rebuild    replace the evidence database by what the vault holds, and prove it
  continue   bring a database that is older than the vault up to it

  --yes               do not ask
  --accept-loss       go on although something is lost; it is named in the certificate
  --keep-old          keep the schema that was there
  --ledger-key VKEY   the key that checkpoints are verified with, instead of LEDGER_SIGNING_KEY; nothing is signed then
  --json              the certificate as JSON
  --out FILE          the certificate into a file as well; as JSON when its name ends so

Needs DATABASE_URL (of the evidence service), ADMIN_DATABASE_URL, the settings of the vault and LEDGER_SIGNING_KEY. Without
a DATABASE_URL it works on the system of this clone: stop \`npm start\` first, and give the settings that you give to it.
Every replica of the service must be stopped, but for check.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    yes: { type: 'boolean', default: false },
    'accept-loss': { type: 'boolean', default: false },
    'keep-old': { type: 'boolean', default: false },
    'ledger-key': { type: 'string' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [command] = positionals;

const show = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

function openKey({ LEDGER_SIGNING_KEY, LEDGER_ORIGIN }: LedgerCommandSettings): RebuildOptions['key'] {
  const given = values['ledger-key'];
  if (given !== undefined) {
    const { name: origin, publicKey } = parseVkey(given);
    return { origin, publicKey, verifierKey: given };
  }
  if (LEDGER_SIGNING_KEY === undefined) throw new Error('Set LEDGER_SIGNING_KEY, or give the key with --ledger-key.');
  return openLedgerKey(LEDGER_SIGNING_KEY, LEDGER_ORIGIN);
}

async function check(settings: LedgerCommandSettings, vault: Vault): Promise<void> {
  const pool = createPool({ databaseUrl: settings.DATABASE_URL, applicationName: 'countersign-ledger', max: 2 });
  try {
    const checked = await createCheckLedger({ pool, vault, key: openKey(settings) })();
    const { verdict, detail, vault: ofVault, database } = checked;
    show(
      values.json
        ? JSON.stringify(checked)
        : `vault     ${ofVault.size} leaves signed\ndatabase  ${database.size} leaves, ${database.published} published\n${verdict}: ${detail}`,
    );
    if (verdict !== 'consistent') process.exitCode = 1;
  } finally {
    await pool.end();
  }
}

async function rebuild(kind: 'rebuild' | 'continue', settings: LedgerCommandSettings, vault: Vault): Promise<void> {
  const { ADMIN_DATABASE_URL: adminUrl, DATABASE_URL: databaseUrl } = settings;
  if (adminUrl === undefined) throw new Error('Set ADMIN_DATABASE_URL: a role that may make schemas.');
  await confirm(`${kind} the evidence schema of ${new URL(databaseUrl).host}${new URL(databaseUrl).pathname}`);
  const migrationsFolder = fileURLToPath(new URL('./persistence/migrations', sourceUrlOf(import.meta.url)));
  const run = createRebuildEvidence({
    vault,
    key: openKey(settings),
    adminUrl,
    databaseUrl,
    migrate: (schema) =>
      migrateAll({ adminUrl, services: [{ name: 'evidence', schema, databaseUrl, migrationsFolder }] }),
    machine: hostname(),
    clock: systemClock,
    progress,
  });
  const { certificate, json, text } = await run({
    kind,
    acceptLoss: values['accept-loss'],
    keepOld: values['keep-old'],
  });
  const asJson = JSON.stringify({ certificate: JSON.parse(json) as unknown, note: text });
  show(values.json ? asJson : text);
  if (values.out !== undefined) writeFileSync(values.out, values.out.endsWith('.json') ? `${asJson}\n` : text);
  progress(`${kind}: done, ${certificate.ledger.leaves} leaves`);
}

/** Nobody replaces a database by a slip of the hand. */
async function confirm(what: string): Promise<void> {
  if (values.yes) return;
  if (!process.stdin.isTTY) throw new Error(`To ${what}, say --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}? [yes/no] `);
  terminal.close();
  if (answer.trim() !== 'yes') throw new Error('Nothing was changed.');
}

if (values.help || command === undefined) {
  show(usage);
} else if (command !== 'check' && command !== 'rebuild' && command !== 'continue') {
  process.stderr.write(`${usage}\n`);
  process.exitCode = 1;
} else {
  try {
    const settings = loadConfig(ledgerCommandSettings);
    const vault = await openConfiguredVault(settings, createLogger({ service: 'evidence', level: 'fatal' }));
    try {
      await (command === 'check' ? check(settings, vault) : rebuild(command, settings, vault));
    } finally {
      await vault.close();
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
