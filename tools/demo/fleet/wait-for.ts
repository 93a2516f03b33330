import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer; undefined when there is none in time. */
export async function waitFor<Value>(
  ask: () => Promise<Value | undefined>,
  { forMs, everyMs }: { forMs: number; everyMs: number },
): Promise<Value | undefined> {
  const until = performance.now() + forMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined || performance.now() >= until) return value;
    await sleep(everyMs);
  }
}
