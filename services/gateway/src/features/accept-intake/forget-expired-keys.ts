import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';
import type { IntakeRepository } from '../../persistence/intake.repository.ts';

const pauseMs = 30_000;
const atOnce = 5_000;

/** Deletes idempotency keys that are no longer good, in small steps, until the signal. */
export async function forgetExpiredKeys(
  repository: IntakeRepository,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const forgotten = await repository.forgetExpired(atOnce);
      if (forgotten > 0) logger.debug({ forgotten }, 'idempotency keys expired');
      if (forgotten === atOnce) continue;
    } catch (error) {
      logger.warn({ err: error }, 'expired idempotency keys could not be deleted; trying again later');
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
