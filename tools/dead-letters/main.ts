import { parseArgs } from 'node:util';
import { readStackFile, type ServiceName, serviceNames } from '../stack/index.ts';
import { type DeadLetter, openDeadLetters } from './dead-letter-store.ts';

const usage = `Usage: npm run dead-letters -- <command> [--json]

  list             events that a consumer gave up on
  redrive ID ...   have them said again, once the cause is mended
  redrive --all    all that were not redriven yet

Reads the running \`npm start\`; elsewhere set GATEWAY_DATABASE_URL, RUNBOOKS_DATABASE_URL, ORDERS_DATABASE_URL and
EVIDENCE_DATABASE_URL.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
});
const [command, ...ids] = positionals;

function databaseUrls(): Record<ServiceName, string> {
  const running = readStackFile()?.database_urls;
  const entries = serviceNames.map((name) => [
    name,
    process.env[`${name.toUpperCase()}_DATABASE_URL`] ?? running?.[name],
  ]);
  if (entries.some(([, url]) => url === undefined)) throw new Error(usage);
  return Object.fromEntries(entries) as Record<ServiceName, string>;
}

function describe(letter: DeadLetter): string {
  const redriven = letter.redriven_at === null ? '' : `  redriven ${letter.redriven_at}`;
  return `${letter.recorded_at}  ${letter.service}  ${letter.error_code}${redriven}\n  ${letter.id}\n  ${letter.event_type}  trace ${letter.trace_id ?? '-'}\n  ${letter.cause}`;
}

async function run(): Promise<void> {
  if (command !== 'list' && command !== 'redrive') throw new Error(usage);
  const store = openDeadLetters(databaseUrls());
  try {
    const letters = await store.list();
    if (command === 'list') {
      console.log(
        values.json ? JSON.stringify(letters) : letters.map(describe).join('\n\n') || 'there are no dead letters',
      );
      return;
    }
    const chosen = values.all
      ? letters.filter((one) => one.redriven_at === null)
      : letters.filter((one) => ids.includes(one.id));
    const unknown = ids.filter((id) => !letters.some((one) => one.id === id));
    if (unknown.length > 0) throw new Error(`There is no dead letter ${unknown.join(', ')}.`);
    for (const letter of chosen) await store.redrive(letter);
    console.log(values.json ? JSON.stringify({ redriven: chosen.map((one) => one.id) }) : `${chosen.length} redriven`);
  } finally {
    await store.close();
  }
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
