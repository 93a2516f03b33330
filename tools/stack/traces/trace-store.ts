import type { StoredSpan } from './otlp-spans.ts';

export interface TraceBounds {
  maxTraces: number;
  maxBytes: number;
}

export interface TraceSummary {
  trace_id: string;
  spans: number;
  services: string[];
  /** Name of the span that has no parent here. */
  root: string | null;
  start_unix_nano: string;
}

export interface TraceStore {
  /** `bytes` is what the spans weigh together, roughly. */
  add: (spans: StoredSpan[], bytes: number) => void;
  /** Spans of the trace, and those of other traces that link to it (one span for a whole batch of messages); by start. */
  find: (traceId: string) => { spans: StoredSpan[]; linked: StoredSpan[] } | undefined;
  /** Newest first. */
  list: (limit: number) => TraceSummary[];
}

interface Trace {
  spans: StoredSpan[];
  linked: StoredSpan[];
  bytes: number;
}

/** Keeps the last traces in memory; the oldest go when there are too many or they weigh too much. */
export function createTraceStore({ maxTraces, maxBytes }: TraceBounds): TraceStore {
  const traces = new Map<string, Trace>(); // in order of arrival
  let total = 0;

  const grow = (traceId: string, list: 'spans' | 'linked', span: StoredSpan, bytes: number): void => {
    const trace = traces.get(traceId) ?? { spans: [], linked: [], bytes: 0 };
    traces.set(traceId, trace);
    trace[list].push(span);
    trace.bytes += bytes;
    total += bytes;
  };
  const dropOldest = (): void => {
    const [traceId, trace] = traces.entries().next().value!;
    traces.delete(traceId);
    total -= trace.bytes;
  };

  return {
    add(spans, bytes) {
      const each = bytes / Math.max(1, spans.length);
      for (const span of spans) {
        grow(span.trace_id, 'spans', span, each);
        const linked = new Set(span.links.map((link) => link.trace_id));
        linked.delete(span.trace_id);
        for (const traceId of linked) grow(traceId, 'linked', span, each / linked.size);
      }
      while (traces.size > 0 && (traces.size > maxTraces || total > maxBytes)) dropOldest();
    },
    find(traceId) {
      const trace = traces.get(traceId);
      return trace && { spans: trace.spans.toSorted(byStart), linked: trace.linked.toSorted(byStart) };
    },
    list(limit) {
      return [...traces]
        .slice(-limit)
        .toReversed()
        .map(([traceId, trace]) => summarise(traceId, trace));
    },
  };
}

function summarise(traceId: string, { spans }: Trace): TraceSummary {
  const sorted = spans.toSorted(byStart);
  return {
    trace_id: traceId,
    spans: spans.length,
    services: [...new Set(sorted.map((span) => span.service))],
    root: sorted.find((span) => span.parent_span_id === null)?.name ?? null,
    start_unix_nano: sorted[0]?.start_unix_nano ?? '0',
  };
}

function byStart(a: StoredSpan, b: StoredSpan): number {
  return a.start_unix_nano.length - b.start_unix_nano.length || (a.start_unix_nano < b.start_unix_nano ? -1 : 1);
}
