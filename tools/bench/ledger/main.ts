import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startMessaging } from '@countersign/shared/messaging';
import { createPool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { startStack, wideLimits } from '../../stack/index.ts';
import { readCpu } from '../measure-cpu.ts';
import { describeMachine } from '../print-report.ts';
import { tableOf } from '../table-of.ts';
import { feedOrders } from './feed-orders.ts';
import { type ProofTimes, timeConsistency, timeProofs } from './measure-proofs.ts';

/** What one stretch of growth cost, and what it costs to prove something at its end. */
interface Stretch {
  leaves: number;
  perSecond: number;
  evidenceUs: number;
  postgresUs: number;
  evidenceMb: number;
  inclusion: ProofTimes;
  consistency: ProofTimes;
}

const { values } = parseArgs({
  options: { leaves: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
});
const most = Number(values.leaves);
const stretches = [10_000, 50_000, 100_000, 250_000, 500_000, 750_000, 1_000_000].filter((size) => size <= most);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** Events that may be on their way at once: the broker keeps what it is given for a time only. */
const step = 20_000;

say('starting the stack');
const stack = await startStack({ env: { ...wideLimits, LOG_LEVEL: 'warn', OTEL_TRACES_SAMPLER: 'always_off' } });
const { gateway_url: url, admin_key: key, pids, database_urls, nats_url: natsUrl, nats_seeds: seeds } = stack.info;
const pool = createPool({ databaseUrl: database_urls.orders, applicationName: 'countersign-bench', max: 1 });
const logger = createLogger({ service: 'orders', level: 'fatal' });
const messaging = await startMessaging({
  service: 'orders',
  natsUrl,
  nkeySeed: seeds?.orders,
  replicas: 1,
  pool,
  logger,
});
try {
  const results: Stretch[] = [];
  let fed = 0;
  for (const size of stretches) {
    const measured = { evidence: pids.evidence!, postgres: pids.postgres! };
    const before = readCpu(measured);
    const begun = performance.now();
    const from = fed;
    for (; fed < size; fed = Math.min(size, fed + step)) {
      await feedOrders(messaging, fed, Math.min(size, fed + step));
      await publishedAtLeast(Math.min(size, fed + step));
    }
    const after = readCpu(measured);
    const count = size - from;
    results.push({
      leaves: size,
      perSecond: (count * 1_000) / (performance.now() - begun),
      evidenceUs: (after.evidence! - before.evidence!) / count,
      postgresUs: (after.postgres! - before.postgres!) / count,
      evidenceMb: residentMb(pids.evidence!),
      inclusion: await timeProofs(url, key, size),
      consistency: await timeConsistency(url, key, size),
    });
    say(`${size} leaves: ${results.at(-1)!.perSecond.toFixed(0)} a second`);
  }
  const date = new Date().toISOString();
  process.stdout.write(
    `${values.json ? JSON.stringify({ date, machine: describeMachine(), results }, null, 2) : print(date, results)}\n`,
  );
} finally {
  await messaging.close();
  await pool.end();
  await stack.stop();
}

/** Until a checkpoint covers so many leaves of ours; the few others of a fresh system do not matter. */
async function publishedAtLeast(leaves: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/ledger/checkpoint`, { headers: { 'x-api-key': key } });
    const note = await answer.text();
    if (answer.status === 200 && Number(note.split('\n')[1]) >= leaves) return;
    await delay(50);
  }
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1_024;
}

function print(date: string, results: Stretch[]): string {
  const head = [
    'leaves',
    'leaves/s',
    'evidence us',
    'postgres us',
    'evidence MB',
    'proof p50 ms',
    'p99',
    'consistency p50 ms',
    'p99',
  ];
  const rows = results.map((one) => [
    one.leaves.toLocaleString('en-US'),
    one.perSecond.toFixed(0),
    one.evidenceUs.toFixed(0),
    one.postgresUs.toFixed(0),
    one.evidenceMb.toFixed(0),
    ...[one.inclusion, one.consistency].flatMap(({ p50, p99 }) => [p50.toFixed(1), p99.toFixed(1)]),
  ]);
  return [`${date} · ${describeMachine()}`, '', ...tableOf([head, ...rows])].join('\n');
}
