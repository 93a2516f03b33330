/** A span as GET /traces/<id> shows it: OTLP's span, flattened. Times are nanoseconds since 1970 as decimal strings. */
export interface StoredSpan {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  name: string;
  /** OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  /** The resource's `service.name`. */
  service: string;
  start_unix_nano: string;
  end_unix_nano: string;
  attributes: Record<string, unknown>;
  /** OTLP's number: 0 unset, 1 ok, 2 error. */
  status: number;
  links: { trace_id: string; span_id: string }[];
}

interface OtlpValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values?: OtlpValue[] };
}
type OtlpAttributes = { key: string; value?: OtlpValue }[];
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name?: string;
  kind?: number;
  startTimeUnixNano?: string | number;
  endTimeUnixNano?: string | number;
  attributes?: OtlpAttributes;
  status?: { code?: number };
  links?: { traceId: string; spanId: string }[];
}
export interface OtlpTraces {
  resourceSpans?: { resource?: { attributes?: OtlpAttributes }; scopeSpans?: { spans?: OtlpSpan[] }[] }[];
}

/** The spans of an ExportTraceServiceRequest in OTLP's JSON form (ids as hex). */
export function readOtlpSpans({ resourceSpans = [] }: OtlpTraces): StoredSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const name = readAttributes(resource?.attributes)['service.name'];
    const service = typeof name === 'string' ? name : 'unknown';
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => readSpan(span, service)));
  });
}

function readSpan(span: OtlpSpan, service: string): StoredSpan {
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId || null,
    name: span.name ?? '',
    kind: span.kind ?? 0,
    service,
    start_unix_nano: String(span.startTimeUnixNano ?? 0),
    end_unix_nano: String(span.endTimeUnixNano ?? 0),
    attributes: readAttributes(span.attributes),
    status: span.status?.code ?? 0,
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ trace_id: traceId, span_id: spanId })),
  };
}

function readAttributes(attributes: OtlpAttributes = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value: OtlpValue = {}): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(readValue);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null;
}
