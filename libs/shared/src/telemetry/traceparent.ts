import { newSpanId, newTraceId } from './random-ids.ts';
import { keepsTrace } from './sampling.ts';
import { tracing } from './tracing-state.ts';

/** `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>`: https://www.w3.org/TR/trace-context/, version 00. */
export type Traceparent = string;

const strict = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The header when it is valid to the letter, else undefined: a trace is then started anew. */
export function parseTraceparent(value: unknown): Traceparent | undefined {
  return typeof value === 'string' && value.length === 55 && strict.test(value) ? value : undefined;
}

/** 32 hex characters. */
export const traceIdOf = (traceparent: Traceparent): string => traceparent.slice(3, 35);

/** 16 hex characters. */
export const spanIdOf = (traceparent: Traceparent): string => traceparent.slice(36, 52);

/** Whether the trace is recorded: the lowest bit of the flags. */
export function isSampled(traceparent: Traceparent): boolean {
  const code = traceparent.charCodeAt(54);
  // '0'..'9' are 48..57 and 'a'..'f' are 97..102: the digit is odd when the code of a decimal is odd, of a letter even.
  return code < 58 ? (code & 1) === 1 : (code & 1) === 0;
}

/** Composes one; ids must be valid. */
export const traceparentOf = (traceId: string, spanId: string, sampled: boolean): Traceparent =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** The head of a new trace. Unless told, the configured share of all traces is sampled. */
export function newTraceparent(sampled?: boolean): Traceparent {
  const traceId = newTraceId();
  return traceparentOf(traceId, newSpanId(), sampled ?? keepsTrace(tracing.sampling, traceId));
}
