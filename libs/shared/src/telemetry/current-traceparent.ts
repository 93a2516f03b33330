import { AsyncLocalStorage } from 'node:async_hooks';
import type { Traceparent } from './traceparent.ts';

const storage = new AsyncLocalStorage<Traceparent>();

/** Runs `fn` so that log lines written by it, and by what it starts, carry the trace id. */
export const withTraceparent = <Value>(traceparent: Traceparent, fn: () => Value): Value =>
  storage.run(traceparent, fn);

/** The trace of the code that runs, for log lines. Spans take their parent as an argument instead. */
export const currentTraceparent = (): Traceparent | undefined => storage.getStore();
