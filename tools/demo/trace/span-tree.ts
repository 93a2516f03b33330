import type { StoredSpan } from '../../stack/index.ts';

/** A span with its place in the trace; times in milliseconds from the start of the trace. */
export interface PlacedSpan {
  service: string;
  name: string;
  depth: number;
  startMs: number;
  durationMs: number;
  failed: boolean;
}

/**
 * The spans of a trace as a person reads them: each below its parent, in order of their start. A span whose parent is
 * not here (the appliance's own, which it does not export) stands at the top.
 */
export function placeSpans(spans: readonly StoredSpan[]): PlacedSpan[] {
  const known = new Set(spans.map((span) => span.span_id));
  const children = new Map<string | null, StoredSpan[]>();
  for (const span of spans) {
    const parent = span.parent_span_id !== null && known.has(span.parent_span_id) ? span.parent_span_id : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const origin = spans.reduce((least, span) => (nanos(span) < least ? nanos(span) : least), nanos(spans[0]));
  const placed: PlacedSpan[] = [];
  const seen = new Set<string>();
  const place = (parent: string | null, depth: number): void => {
    for (const span of (children.get(parent) ?? []).toSorted((a, b) => Number(nanos(a) - nanos(b)))) {
      if (seen.has(span.span_id)) continue;
      seen.add(span.span_id);
      placed.push({
        service: span.service,
        name: span.name,
        depth,
        startMs: Number(nanos(span) - origin) / 1e6,
        durationMs: Number(BigInt(span.end_unix_nano) - nanos(span)) / 1e6,
        failed: span.status === 2,
      });
      place(span.span_id, depth + 1);
    }
  };
  place(null, 0);
  return placed;
}

const nanos = (span: StoredSpan | undefined): bigint => BigInt(span?.start_unix_nano ?? 0);
