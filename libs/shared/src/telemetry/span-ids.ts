import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { newSpanId, newTraceId } from './random-ids.ts';
import { spanIdOf, traceIdOf, type Traceparent } from './traceparent.ts';

let adopted: Traceparent | undefined;

/** Gives the SDK its ids: random ones, or those of the traceparent that `adoptIds` holds out. */
export const spanIds: IdGenerator = {
  generateTraceId: () => (adopted === undefined ? newTraceId() : traceIdOf(adopted)),
  generateSpanId: () => (adopted === undefined ? newSpanId() : spanIdOf(adopted)),
};

/** Runs `start` (synchronous) so that the root span it starts has the ids of a traceparent that was already passed on. */
export function adoptIds<Value>(traceparent: Traceparent, start: () => Value): Value {
  adopted = traceparent;
  try {
    return start();
  } finally {
    adopted = undefined;
  }
}
