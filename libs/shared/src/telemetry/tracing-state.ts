import type { Tracer } from '@opentelemetry/api';
import { type Sampling, samplingOf } from './sampling.ts';

/**
 * What `startTelemetry` has set for this process. Without a tracer (no endpoint, or not started) traces have ids and
 * travel on, but no span is recorded.
 */
export const tracing: { tracer: Tracer | undefined; sampling: Sampling } = {
  tracer: undefined,
  sampling: samplingOf(),
};
