import type { OrderFields } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { RunbookRun, RunbookRunner } from './runbook-runner.ts';

export interface ExecuteOptions {
  runner: RunbookRunner;
  clock: Clock;
  /** After this the outcome is failed, whatever the runner still does. */
  timeoutMs: number;
}

/** A run with its times, RFC 3339. */
export interface Execution extends RunbookRun {
  startedAt: string;
  endedAt: string;
}

const outcomes: readonly unknown[] = ['success', 'failed', 'reverted', 'deferred'] satisfies RunbookRun['outcome'][];

/** Has the runner carry out a verified order. It never throws, and nothing but a stated success is one. */
export async function executeRunbook(order: OrderFields, options: ExecuteOptions): Promise<Execution> {
  const { runner, clock, timeoutMs } = options;
  const startedAt = clock.now().toISOString();
  const run = await runWithin(timeoutMs, (signal) => runner.run(order, signal));
  return { ...run, startedAt, endedAt: clock.now().toISOString() };
}

async function runWithin(timeoutMs: number, start: (signal: AbortSignal) => Promise<RunbookRun>): Promise<RunbookRun> {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`The runbook did not end within ${timeoutMs / 1000} s.`);
      stop.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    const run = await Promise.race([start(stop.signal), late]);
    if (outcomes.includes(run.outcome)) return run;
    return { ...run, outcome: 'failed', error: 'The runner named no outcome.' };
  } catch (error) {
    return { outcome: 'failed', actions: [], error: error instanceof Error ? error.message : 'The runner failed.' };
  } finally {
    clearTimeout(timer);
  }
}
