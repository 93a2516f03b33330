import { setTimeout as delay } from 'node:timers/promises';
import { readCpu } from '../measure-cpu.ts';

const stepMs = 100;
/** A tick of the kernel's clock is 10,000 us; what idles takes one now and then. */
const restingUs = 10_000;
const stepsAtRest = 3;
const mostSteps = 150;

/**
 * The CPU of each process once the system has come to rest: what is still done for requests that were answered (leaves,
 * checkpoints, acknowledgements) belongs to those who asked. Throws when it does not rest within 15 s.
 */
export async function readCpuAtRest(pids: Record<string, number>): Promise<Record<string, number>> {
  let before = readCpu(pids);
  let resting = 0;
  for (let step = 0; step < mostSteps; step += 1) {
    await delay(stepMs);
    const now = readCpu(pids);
    const used = Object.keys(pids).reduce((sum, who) => sum + now[who]! - before[who]!, 0);
    resting = used <= restingUs ? resting + 1 : 0;
    if (resting === stepsAtRest) return now;
    before = now;
  }
  throw new Error('the system does not come to rest');
}
