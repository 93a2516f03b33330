import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';

export interface Sweeper {
  /** Stalled when no sweep has ended for a minute. A failed one counts: that is for the readiness probe to tell. */
  progress(): { stalled: boolean; detail: string };
  /** Ends after the sweep in hand. */
  stop(): Promise<void>;
}

/** What is looked for, in words, and who does it. */
export type Sweeps = Record<string, () => Promise<number>>;

const stalledAfterMs = 60_000;

/** Sweeps until it is stopped. Replicas sweep beside each other; a failed sweep is tried again and keeps no other back. */
export function startSweeper(sweeps: Sweeps, everyMs: number, logger: Logger): Sweeper {
  const stopping = new AbortController();
  let lastSweep = Date.now();

  async function sweepOnce(): Promise<void> {
    for (const [what, sweep] of Object.entries(sweeps)) {
      try {
        await sweep();
      } catch (error) {
        logger.warn({ err: error }, `the sweep for ${what} failed; it is tried again`);
      }
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sweepOnce();
      lastSweep = Date.now();
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    progress() {
      const idleMs = Date.now() - lastSweep;
      return { stalled: idleMs > stalledAfterMs, detail: `last sweep ${idleMs} ms ago` };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
