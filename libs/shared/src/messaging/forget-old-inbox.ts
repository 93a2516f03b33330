import { setTimeout as delay } from 'node:timers/promises';
import type { InboxRepository } from '../persistence/index.ts';
import type { Logger } from '../telemetry/index.ts';

const pauseMs = 600_000;
const atOnce = 5_000;

/** Keeps the inbox from growing for ever, in small steps, until the signal. */
export async function forgetOldInbox(inbox: InboxRepository, signal: AbortSignal, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    await delay(pauseMs, undefined, { signal }).catch(() => {});
    try {
      while (!signal.aborted && (await inbox.forgetOld(atOnce)) === atOnce);
    } catch (error) {
      logger.warn({ err: error }, 'old inbox entries could not be deleted; trying again later');
    }
  }
}
