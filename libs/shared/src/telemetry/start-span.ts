import { withTraceparent } from './current-traceparent.ts';
import { recordChild, recordRoot } from './recorded-span.ts';
import { keepsTrace } from './sampling.ts';
import type { Span, SpanOptions } from './span.ts';
import {
  isSampled,
  newTraceparent,
  parseTraceparent,
  spanIdOf,
  traceIdOf,
  type Traceparent,
  traceparentOf,
} from './traceparent.ts';
import { tracing } from './tracing-state.ts';

class UnsampledSpan implements Span {
  readonly sampled = false;
  readonly traceparent: Traceparent;

  constructor(traceparent: Traceparent) {
    this.traceparent = traceparent;
  }

  setAttributes(): void {}

  fail(): void {}

  end(): void {}
}

/** The trace goes on with the flag that this process decided on, which is the parent's unless the sampler ignores it. */
function decideUnder(parent: Traceparent): Traceparent {
  const { sampling } = tracing;
  if (sampling.parentBased) {
    return parent;
  }
  const kept = keepsTrace(sampling, traceIdOf(parent));
  return kept === isSampled(parent) ? parent : traceparentOf(traceIdOf(parent), spanIdOf(parent), kept);
}

/** Begins a span. Whoever begins it ends it, in every outcome; `inSpan` does so by itself. */
export function startSpan(name: string, options: SpanOptions): Span {
  const parent = parseTraceparent(options.parent);
  const traceparent = parent === undefined ? newTraceparent() : decideUnder(parent);
  const { tracer } = tracing;
  if (tracer === undefined || !isSampled(traceparent)) {
    return new UnsampledSpan(traceparent);
  }
  return parent === undefined
    ? recordRoot(tracer, name, options, traceparent)
    : recordChild(tracer, name, options, traceparent);
}

/** Runs `fn` in a span that ends with it, failed when it throws; log lines in it carry the trace id. */
export async function inSpan<Value>(
  name: string,
  options: SpanOptions,
  fn: (span: Span) => Value | Promise<Value>,
): Promise<Value> {
  const span = startSpan(name, options);
  try {
    return await withTraceparent(span.traceparent, () => fn(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
