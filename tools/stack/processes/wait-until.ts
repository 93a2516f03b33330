import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  timeoutMs: number;
  everyMs?: number;
}

/** Asks until the answer is neither undefined nor false, and gives it back; undefined when time ran out. */
export async function waitUntil<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs, everyMs = 10 }: Patience,
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() >= deadline) return undefined;
    await delay(everyMs);
  }
}
