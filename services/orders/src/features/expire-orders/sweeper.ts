import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';
import type { ExpireOrders } from './expire-orders.handler.ts';

export interface Sweeper {
  /** Stalled when no sweep has ended for a minute. A failed one counts: that is for the readiness probe to tell. */
  progress(): { stalled: boolean; detail: string };
  /** Ends after the sweep in hand. */
  stop(): Promise<void>;
}

const stalledAfterMs = 60_000;

/** Sweeps until it is stopped. Replicas sweep beside each other; a failed sweep is tried again. */
export function startSweeper(expireOrders: ExpireOrders, everyMs: number, logger: Logger): Sweeper {
  const stopping = new AbortController();
  let lastSweep = Date.now();

  async function sweep(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await expireOrders();
      } catch (error) {
        logger.warn({ err: error }, 'the sweep for expired orders failed; it is tried again');
      }
      lastSweep = Date.now();
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const sweeping = sweep();
  return {
    progress() {
      const idleMs = Date.now() - lastSweep;
      return { stalled: idleMs > stalledAfterMs, detail: `last sweep for expired orders ${idleMs} ms ago` };
    },
    async stop() {
      stopping.abort();
      await sweeping;
    },
  };
}
