import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';
import type { NonceRepository } from '../../persistence/nonce.repository.ts';

const pauseMs = 60_000;

/** Deletes nonces that are too old to matter, until the signal. */
export async function forgetNonces(repository: NonceRepository, signal: AbortSignal, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    try {
      await repository.forget();
    } catch (error) {
      logger.warn({ err: error }, 'old nonces could not be deleted; trying again later');
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
