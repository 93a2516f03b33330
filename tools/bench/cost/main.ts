/**
 * What authentication, limits and signatures cost on the path of an incident: the same load in turns at a gateway without
 * checks, at one with them, and there with signed requests. `npm run bench:cost`; docs/benchmarks.md says how to read it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startStack, wideLimits } from '../../stack/index.ts';
import { createRowCounter, type RowCounter, type RowCounts } from '../count-rows.ts';
import { enrolFleet, type EnrolledAppliance } from '../enrol-fleet.ts';
import { findWrk } from '../find-wrk.ts';
import { readCpu } from '../measure-cpu.ts';
import { describeMachine } from '../print-report.ts';
import { runWrk } from '../run-wrk.ts';
import { writeReports } from '../write-reports.ts';
import { costOf, printCost } from './print-cost.ts';
import { startUnchecked, type UncheckedGateway } from './start-unchecked.ts';
import { cpuOf, mostPercent, orderOfRound, type Turn, type Variant, variants } from './variants.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    seconds: { type: 'string', default: '3' },
    warmup: { type: 'string', default: '6' },
    connections: { type: 'string', default: '32' },
    sites: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, warmup, connections, sites] = [
  values.rounds,
  values.seconds,
  values.warmup,
  values.connections,
  values.sites,
].map(Number) as [number, number, number, number, number];
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const script = fileURLToPath(new URL('../wrk/incident-signed.lua', import.meta.url));

/**
 * Seconds of load before each turn that are not counted: a gateway that was not asked for a while has given memory back,
 * and works harder until it has it again.
 */
const easing = 1;

/** Limits of appliances are those of every system; only what one site may report is raised, still counted exactly. */
const { 'appliance-requests': _, ...limits } = JSON.parse(wideLimits['LIMITS']!) as Record<string, object>;
const settings = {
  LIMITS: JSON.stringify(limits),
  RATE_LIMIT_REQUESTS: '100000',
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.05',
  LOG_LEVEL: 'warn',
};

const work = mkdtempSync(join(tmpdir(), 'countersign-cost-'));
const wrk = findWrk();
say('starting the stack');
const stack = await startStack({ env: settings });
let counter: RowCounter | undefined;
let unchecked: UncheckedGateway | undefined;
try {
  const { gateway_url, admin_key, database_urls, pids } = stack.info;
  counter = createRowCounter(database_urls.admin!);
  unchecked = await startUnchecked(stack.info, settings);
  say(`enrolling ${sites} appliances`);
  const fleet = await enrolFleet(gateway_url, admin_key, sites);
  const { stack: _self, ...services } = pids;
  const context = { fleet, rows: counter, pids: { ...services, unchecked: unchecked.pid } };
  const urlOf = ({ isChecked }: Variant) => (isChecked ? gateway_url : unchecked!.url);
  for (const variant of variants) await take(variant, { ...context, url: urlOf(variant), round: -1, duration: warmup });
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of orderOfRound(round)) {
      const turn = await take(variant, { ...context, url: urlOf(variant), round, duration: seconds });
      turns.push(turn);
      say(
        `${round + 1} of ${rounds}, ${variant.name}: ${turn.perSecond.toFixed(0)}/s, gateway ${turn.cpu['gateway']!.toFixed(0)} us, all ${cpuOf(turn).toFixed(0)} us`,
      );
    }
  }
  const cost = costOf(turns, variants[2]);
  const facts = `${new Date().toISOString()} · ${describeMachine()} · load ${loadavg()[0]!.toFixed(1)} · ${connections} connections · ${rounds} turns of ${seconds} s each`;
  const verdict = `all checks together: ${cost.cpu.toFixed(1)} % by CPU, ${cost.throughput.toFixed(1)} % of the throughput (at most ${mostPercent})`;
  const report = values.json
    ? JSON.stringify({ facts, turns, cost }, null, 2)
    : `${facts}\n\n${printCost(turns)}\n\n${verdict}`;
  process.stdout.write(`${report}\n`);
  process.exitCode = cost.cpu < mostPercent ? 0 : 1;
} finally {
  await counter?.close();
  await unchecked?.stop();
  await stack.stop();
  rmSync(work, { recursive: true, force: true });
}

interface TakeContext {
  fleet: readonly EnrolledAppliance[];
  rows: RowCounter;
  pids: Record<string, number>;
  url: string;
  round: number;
  duration: number;
}

/** One turn. Throws when one answer was not what was asked for. */
async function take(variant: Variant, { fleet, rows, pids, url, round, duration }: TakeContext): Promise<Turn> {
  const { isChecked, isSigned } = variant;
  const file = join(work, 'reports');
  const areDone = (now: RowCounts): boolean => now.orders === now.decisions && now.decisions === now.incidents;
  const send = async (run: string, lasting: number) => {
    await writeReports({ file, count: lasting * 3_000, fleet, run, isSigned });
    const settled = await rows.settle(areDone);
    const before = await readCpuWhenQuiet(pids);
    const result = await runWrk({ wrk, script, url, connections, seconds: lasting, args: ['-', file] });
    if (result.bad > 0) throw new Error(`${variant.name}: ${result.bad} bad answers, e.g. ${result.sample}`);
    const taken = await rows.settle((now) => now.orders >= settled.orders + result.requests);
    if (taken.orders < settled.orders + result.requests) throw new Error(`${variant.name}: orders are missing`);
    const after = await readCpuWhenQuiet(pids);
    return { ...result, cpuOf: (who: string) => (after[who]! - before[who]!) / result.requests };
  };
  const run = `${round}-${isChecked ? 'c' : 'u'}${isSigned ? 's' : ''}`;
  await send(`${run}-easing`, easing);
  const { requests, perSecond, p99, cpuOf: each } = await send(run, duration);
  const { gateway, unchecked: idle, ...others } = Object.fromEntries(Object.keys(pids).map((who) => [who, each(who)]));
  return { variant, round, requests, perSecond, p99, cpu: { gateway: gateway! + idle!, ...others } };
}

/** What is still done for requests that were answered (leaves, checkpoints, acknowledgements) belongs to their turn. */
async function readCpuWhenQuiet(pids: Record<string, number>): Promise<Record<string, number>> {
  const busyUs = 20_000;
  let before = readCpu(pids);
  for (let tries = 0; tries < 40; tries += 1) {
    await delay(100);
    const now = readCpu(pids);
    if (Object.keys(pids).reduce((sum, who) => sum + now[who]! - before[who]!, 0) < busyUs) return now;
    before = now;
  }
  throw new Error('the system does not come to rest');
}
