import { describe, expect, it } from 'vitest';
import { readOtlpSpans, type StoredSpan } from './otlp-spans.ts';
import { createTraceStore } from './trace-store.ts';

const span = (traceId: string, spanId: string, more: Partial<StoredSpan> = {}): StoredSpan => ({
  trace_id: traceId,
  span_id: spanId,
  parent_span_id: null,
  name: spanId,
  kind: 1,
  service: 'gateway',
  start_unix_nano: '1000',
  end_unix_nano: '2000',
  attributes: {},
  status: 0,
  links: [],
  ...more,
});

describe('createTraceStore', () => {
  it('gives the spans of a trace by start time, also when its digits grow', () => {
    const store = createTraceStore({ maxTraces: 9, maxBytes: 1e6 });
    store.add([span('t', 'late', { start_unix_nano: '1000' }), span('t', 'early', { start_unix_nano: '999' })], 10);
    expect(store.find('t')?.spans.map((found) => found.span_id)).toEqual(['early', 'late']);
  });

  it('shows a batch span in each trace that it links to', () => {
    const store = createTraceStore({ maxTraces: 9, maxBytes: 1e6 });
    const batch = span('b', 'batch', {
      links: [
        { trace_id: 't1', span_id: 'x' },
        { trace_id: 't2', span_id: 'y' },
        { trace_id: 't2', span_id: 'z' },
      ],
    });
    store.add([span('t1', 'a'), batch], 10);
    expect(store.find('t1')).toMatchObject({ spans: [{ span_id: 'a' }], linked: [{ span_id: 'batch' }] });
    expect(store.find('t2')?.linked).toHaveLength(1);
    expect(store.find('b')?.linked).toEqual([]);
  });

  it('forgets the oldest traces when there are too many', () => {
    const store = createTraceStore({ maxTraces: 2, maxBytes: 1e6 });
    for (const id of ['t1', 't2', 't3']) store.add([span(id, id)], 10);
    expect(store.list(9).map((trace) => trace.trace_id)).toEqual(['t3', 't2']);
  });

  it('forgets the oldest traces when they weigh too much, even the only one', () => {
    const store = createTraceStore({ maxTraces: 9, maxBytes: 100 });
    store.add([span('t1', 'a')], 60);
    store.add([span('t2', 'b')], 60);
    expect(store.find('t1')).toBeUndefined();
    store.add([span('t2', 'c')], 60);
    expect(store.list(9)).toEqual([]);
    store.add([span('t3', 'd')], 60); // what is gone weighs nothing any more
    expect(store.list(9)).toHaveLength(1);
  });
});

describe('readOtlpSpans', () => {
  it("reads OTLP's JSON form", () => {
    const spans = readOtlpSpans({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: 't',
                  spanId: 's',
                  parentSpanId: '',
                  name: 'issue',
                  kind: 5,
                  startTimeUnixNano: '1700000000000000001',
                  endTimeUnixNano: '1700000000000000002',
                  attributes: [
                    { key: 'n', value: { intValue: '7' } },
                    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { boolValue: false }] } } },
                  ],
                  status: { code: 2 },
                  links: [{ traceId: 'o', spanId: 'p' }],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(spans).toEqual([
      span('t', 's', {
        name: 'issue',
        kind: 5,
        service: 'orders',
        start_unix_nano: '1700000000000000001',
        end_unix_nano: '1700000000000000002',
        attributes: { n: 7, list: ['a', false] },
        status: 2,
        links: [{ trace_id: 'o', span_id: 'p' }],
      }),
    ]);
  });

  it('finds nothing in an empty export', () => {
    expect(readOtlpSpans({})).toEqual([]);
  });
});
