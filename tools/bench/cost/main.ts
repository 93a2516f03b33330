/**
 * What authentication, limits and signatures cost on the path of an incident: the same load in turns at a gateway without
 * checks, at one with them, and there with signed requests. `npm run bench:cost`; docs/benchmarks.md says how to read it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startStack, wideLimits } from '../../stack/index.ts';
import { createRowCounter, type RowCounter } from '../count-rows.ts';
import { enrolFleet } from '../enrol-fleet.ts';
import { findWrk } from '../find-wrk.ts';
import { describeMachine } from '../print-report.ts';
import { type Housekeeping, takeOverHousekeeping } from './housekeeping.ts';
import { costOf, printCost, sayEstimate } from './print-cost.ts';
import { startGateway, type VariantGateway } from './start-gateway.ts';
import { takeTurn } from './take-turn.ts';
import { cpuOf, mostPercent, orderOfRound, type Turn, type Variant, variants } from './variants.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '2' },
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

/** Limits of appliances are those of every system; only what one site may report is raised, still counted exactly. */
const { 'appliance-requests': _, ...limits } = JSON.parse(wideLimits['LIMITS']!) as Record<string, object>;
const settings = {
  LIMITS: JSON.stringify(limits),
  RATE_LIMIT_REQUESTS: '100000',
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.05',
  LOG_LEVEL: 'warn',
  // A round of the scrubber reads everything again; it would fall into some turn.
  SCRUB_REST_SECONDS: '86400',
};

const work = mkdtempSync(join(tmpdir(), 'countersign-cost-'));
const wrk = findWrk();
say('starting the stack');
const stack = await startStack({ env: settings });
const gateways = new Map<string, VariantGateway>();
let housekeeping: Housekeeping | undefined;
let counter: RowCounter | undefined;
try {
  const { gateway_url, admin_key, database_urls, pids } = stack.info;
  housekeeping = await takeOverHousekeeping(database_urls.admin!);
  for (const variant of variants) gateways.set(variant.name, await startGateway(variant, stack.info, settings));
  say(`enrolling ${sites} appliances`);
  const fleet = await enrolFleet(gateway_url, admin_key, sites);
  const { stack: _self, gateway: _enroller, ...services } = pids;
  const context = { wrk, work, connections, fleet, housekeeping };
  const take = (variant: Variant, round: number, duration: number) => {
    const { url, pid } = gateways.get(variant.name)!;
    return takeTurn(variant, { ...context, url, pids: { gateway: pid, ...services }, round, duration });
  };
  for (const variant of variants) await take(variant, -1, warmup);
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of orderOfRound(round)) {
      const turn = await take(variant, round, seconds);
      turns.push(turn);
      say(
        `${round + 1} of ${rounds}, ${variant.name}: ${turn.perSecond.toFixed(0)}/s, gateway ${turn.cpu['gateway']!.toFixed(0)} us, all ${cpuOf(turn).toFixed(0)} us`,
      );
    }
  }
  counter = createRowCounter(database_urls.admin!);
  const rows = await counter.settle((now) => now.orders === now.decisions && now.decisions === now.incidents);
  if (rows.orders !== rows.incidents || rows.decisions !== rows.incidents)
    throw new Error(`orders are missing: ${JSON.stringify(rows)}`);
  const cost = costOf(turns, variants[2]);
  const facts = `${new Date().toISOString()} · ${describeMachine()} · load ${loadavg()[0]!.toFixed(1)} · ${connections} connections · ${rounds} turns of ${seconds} s each`;
  const verdict = `all checks together: ${sayEstimate(cost.throughput)} % of the throughput (at most ${mostPercent}), ${sayEstimate(cost.cpu)} % by CPU`;
  const report = values.json
    ? JSON.stringify({ facts, turns, cost }, null, 2)
    : `${facts}\n\n${printCost(turns)}\n\n${verdict}`;
  process.stdout.write(`${report}\n`);
  process.exitCode = cost.throughput.middle < mostPercent ? 0 : 1;
} finally {
  await counter?.close();
  await housekeeping?.close();
  for (const gateway of gateways.values()) await gateway.stop();
  await stack.stop();
  rmSync(work, { recursive: true, force: true });
}
