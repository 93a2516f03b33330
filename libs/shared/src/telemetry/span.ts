import type { SpanAttributes } from './attributes.ts';
import type { Traceparent } from './traceparent.ts';

export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface SpanOptions {
  kind: SpanKindName;
  /** Absent or invalid: a new trace begins. */
  parent?: Traceparent | undefined;
  /** Traces that this work belongs to besides its own, e.g. those of the events of a batch. */
  links?: readonly Traceparent[];
  attributes?: SpanAttributes;
  /** Milliseconds since 1970; now by default. */
  startTime?: number;
}

/** A piece of work in a trace. In an unsampled trace it records nothing and costs next to nothing. */
export interface Span {
  /** To pass on. Always valid; in an unsampled trace it is the parent's own. */
  readonly traceparent: Traceparent;
  readonly sampled: boolean;
  setAttributes(attributes: SpanAttributes): void;
  /** Marks the span as failed. It still has to end. */
  fail(error: unknown): void;
  /** @param endTime milliseconds since 1970; now by default. */
  end(endTime?: number): void;
}
