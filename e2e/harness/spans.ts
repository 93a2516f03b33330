import type { StoredSpan } from '../../tools/stack/index.ts';
import { call } from './call.ts';
import { until } from './until.ts';

/** The spans of a trace, once there is one for each `service name` of the list. */
export async function untilSpans(otlpUrl: string, traceId: string, wanted: string[]): Promise<StoredSpan[]> {
  let missing = wanted;
  const spans = until(`spans of the trace ${traceId}`, async () => {
    const { body } = await call(`${otlpUrl}/traces/${traceId}`);
    const found = (body?.spans ?? []) as StoredSpan[];
    const seen = new Set(found.map(({ service, name }) => `${service} ${name}`));
    missing = wanted.filter((one) => !seen.has(one));
    return missing.length === 0 && found;
  });
  return spans.catch((error: Error) => {
    throw new Error(`${error.message}; missing: ${missing.join(', ')}`);
  });
}

/** Spans whose parent is not in the trace. */
export function rootsOf(spans: StoredSpan[]): string[] {
  const ids = new Set(spans.map((span) => span.span_id));
  return spans
    .filter(({ parent_span_id }) => parent_span_id === null || !ids.has(parent_span_id))
    .map(({ service, name }) => `${service} ${name}`);
}

/** What an incident passes through from its report until evidence has resolved it. */
export const spansOfIncident = [
  'gateway POST /incidents',
  'runbooks process gateway.incident-reported.v1',
  'orders process runbooks.selected.v1',
  'evidence process orders.issued.v1',
  'gateway POST /evidence',
  'evidence process gateway.evidence-submitted.v1',
  'evidence vault put',
  'orders process evidence.recorded.v1',
  'runbooks process orders.closed.v1',
];
