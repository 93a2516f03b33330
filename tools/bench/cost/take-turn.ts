import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnrolledAppliance } from '../enrol-fleet.ts';
import { runWrk } from '../run-wrk.ts';
import { writeReports } from '../write-reports.ts';
import type { Housekeeping } from './housekeeping.ts';
import { readCpuAtRest } from './rest.ts';
import type { Turn, Variant } from './variants.ts';

const script = fileURLToPath(new URL('../wrk/incident-signed.lua', import.meta.url));

/** Reports written for each second of load: more than any gateway takes. */
const reportsPerSecond = 3_000;

/**
 * Seconds of load before each turn that are not counted: a gateway that was not asked for a while has given memory back,
 * and works harder until it has it again.
 */
const easing = 1;

export interface TurnContext {
  wrk: string;
  work: string;
  connections: number;
  fleet: readonly EnrolledAppliance[];
  housekeeping: Housekeeping;
  pids: Record<string, number>;
  url: string;
  round: number;
  duration: number;
}

/** One turn. Throws when one answer was not what was asked for. */
export async function takeTurn(variant: Variant, context: TurnContext): Promise<Turn> {
  const { isChecked, isSigned } = variant;
  const { fleet, housekeeping, pids, wrk, url, connections, round, duration } = context;
  const file = join(context.work, 'reports');
  const run = `${round}-${isChecked ? 'c' : 'u'}${isSigned ? 's' : ''}`;
  const send = async (name: string, seconds: number) => {
    await writeReports({ file, count: seconds * reportsPerSecond, fleet, run: name, isSigned });
    const before = await readCpuAtRest(pids);
    const result = await runWrk({ wrk, script, url, connections, seconds, args: ['-', file] });
    if (result.bad > 0) throw new Error(`${variant.name}: ${result.bad} bad answers, e.g. ${result.sample}`);
    return { before, result };
  };
  await housekeeping.cleanAll();
  await send(`${run}-easing`, easing);
  const { before, result } = await send(run, duration);
  await housekeeping.cleanChecks();
  const after = await readCpuAtRest(pids);
  const eachOf = (who: string) => (after[who]! - before[who]!) / result.requests;
  const cpu = Object.fromEntries(Object.keys(pids).map((who) => [who, eachOf(who)]));
  const { requests, perSecond, p99 } = result;
  return { variant, round, requests, perSecond, p99, cpu };
}
