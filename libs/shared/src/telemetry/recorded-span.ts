import {
  ROOT_CONTEXT,
  type Span as SdkSpan,
  SpanKind,
  type SpanOptions as SdkSpanOptions,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { attributes as names, type SpanAttributes } from './attributes.ts';
import { describeError } from './describe-error.ts';
import type { Span, SpanOptions } from './span.ts';
import { adoptIds } from './span-ids.ts';
import { isSampled, spanIdOf, traceIdOf, type Traceparent, traceparentOf } from './traceparent.ts';
import { wallClock } from './wall-clock.ts';

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** A span of the SDK behind our interface. */
class RecordedSpan implements Span {
  readonly sampled = true;
  readonly traceparent: Traceparent;
  readonly #span: SdkSpan;

  constructor(span: SdkSpan) {
    const { traceId, spanId } = span.spanContext();
    this.#span = span;
    this.traceparent = traceparentOf(traceId, spanId, true);
  }

  setAttributes(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  fail(error: unknown): void {
    const { type, message, code, stack } = describeError(error);
    const name = code ?? type;
    this.#span.setAttribute(names.errorType, name);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
    this.#span.addEvent('exception', {
      'exception.type': name,
      'exception.message': message,
      ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    });
  }

  end(endTime: number = wallClock()): void {
    this.#span.end(endTime);
  }
}

const remoteContextOf = (traceparent: Traceparent) => ({
  traceId: traceIdOf(traceparent),
  spanId: spanIdOf(traceparent),
  traceFlags: isSampled(traceparent) ? 1 : 0,
  isRemote: true,
});

const sdkOptionsOf = ({ kind, links, attributes, startTime = wallClock() }: SpanOptions): SdkSpanOptions => ({
  kind: kinds[kind],
  attributes: attributes ?? {},
  startTime,
  ...(links === undefined ? {} : { links: links.map((link) => ({ context: remoteContextOf(link) })) }),
});

/** A span that begins its trace: `traceparent` was made here, and the span gets the ids that it names. */
export const recordRoot = (tracer: Tracer, name: string, options: SpanOptions, traceparent: Traceparent): Span =>
  new RecordedSpan(adoptIds(traceparent, () => tracer.startSpan(name, sdkOptionsOf(options), ROOT_CONTEXT)));

/** A span under one that may live in another process. */
export function recordChild(tracer: Tracer, name: string, options: SpanOptions, parent: Traceparent): Span {
  const context = trace.setSpanContext(ROOT_CONTEXT, remoteContextOf(parent));
  return new RecordedSpan(tracer.startSpan(name, sdkOptionsOf(options), context));
}
