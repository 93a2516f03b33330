import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';
import type { TimestampCheckpoint } from './timestamp-checkpoint.handler.ts';

export interface Stamper {
  /** Stalled when no look has ended for five minutes. A failed one counts: the log tells of it. */
  progress(): { stalled: boolean; detail: string };
  /** Ends after the stamp in hand. */
  stop(): Promise<void>;
}

const stalledAfterMs = 300_000;
const lookEveryMs = 10_000;
const longestPauseMs = 600_000;

/** Has checkpoints stamped until it is stopped. Replicas look beside each other; an authority that is away is asked ever less often. */
export function startStamper(timestampCheckpoint: TimestampCheckpoint, logger: Logger, everyMs = lookEveryMs): Stamper {
  const stopping = new AbortController();
  let lastLook = Date.now();
  let pauseMs = everyMs;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const size = await timestampCheckpoint();
        if (size !== undefined) logger.info({ size }, 'a checkpoint was stamped by the authority');
        pauseMs = everyMs;
      } catch (error) {
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        logger.warn({ err: error, again_in_seconds: pauseMs / 1_000 }, 'a checkpoint could not be stamped');
      }
      lastLook = Date.now();
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    progress() {
      const idleMs = Date.now() - lastLook;
      return { stalled: idleMs > stalledAfterMs + pauseMs, detail: `last look at timestamps ${idleMs} ms ago` };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
