import { attributes as names, type SpanAttributes } from './attributes.ts';
import { recordChild, recordRoot } from './recorded-span.ts';
import type { SpanKindName } from './span.ts';
import { isSampled, parseTraceparent, type Traceparent } from './traceparent.ts';
import { tracing } from './tracing-state.ts';

export interface LateSpan {
  name: string;
  kind?: SpanKindName;
  /** Milliseconds since 1970. */
  startTime: number;
  endTime: number;
  /** What was passed on while the work ran. */
  traceparent: Traceparent;
  /** The trace began here: the span takes the span id of `traceparent` instead of becoming a child of it. */
  root?: boolean;
  attributes?: SpanAttributes;
  error?: unknown;
}

/**
 * Records work of an unsampled trace after the fact, because it failed or was slow: such spans are always kept.
 * Does nothing for a sampled trace, whose span exists already.
 */
export function recordLate({
  name,
  kind = 'server',
  startTime,
  endTime,
  traceparent,
  root,
  attributes,
  error,
}: LateSpan): void {
  const { tracer } = tracing;
  if (tracer === undefined || isSampled(traceparent) || parseTraceparent(traceparent) === undefined) {
    return;
  }
  const options = { kind, startTime, attributes: { ...attributes, [names.keep]: true } };
  const record = root === true ? recordRoot : recordChild;
  const span = record(tracer, name, options, traceparent);
  if (error !== undefined) {
    span.fail(error);
  }
  span.end(endTime);
}
