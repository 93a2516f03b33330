import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';
import type { LimitRepository } from '../../persistence/limit.repository.ts';

const pauseMs = 30_000;
const atOnce = 5_000;

/** Deletes counts that no longer matter, addresses among them, in small steps, until the signal. */
export async function forgetHits(repository: LimitRepository, signal: AbortSignal, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    try {
      if ((await repository.forget(atOnce)) === atOnce) continue;
    } catch (error) {
      logger.warn({ err: error }, 'old counts of limits could not be deleted; trying again later');
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
