import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../kernel/index.ts';
import { asDatabaseError } from '../persistence/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** A machine that starts everything at once is slow for so long; whoever waits for longer is restarted by his supervisor. */
const patienceMs = 30_000;

/** Runs the first steps on the database again while it does not answer. What it does answer, such as a refusal, is thrown. */
export async function retryWhileAway<Value>(
  run: () => Promise<Value>,
  logger: Pick<Logger, 'warn'>,
  { patience = patienceMs, restMs = 500 } = {},
): Promise<Value> {
  for (const deadline = Date.now() + patience; ; await pause(restMs)) {
    try {
      return await run();
    } catch (error) {
      const meaning = asDatabaseError(error);
      if (!(meaning instanceof AppError && meaning.kind === 'unavailable') || Date.now() >= deadline) throw error;
      logger.warn({ err: error }, 'the database does not answer yet');
    }
  }
}
