import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { currentTraceparent } from './current-traceparent.ts';
import { recordLate } from './record-late.ts';
import type { SamplerSettings } from './sampling.ts';
import { inSpan, startSpan } from './start-span.ts';
import { startTracing, type Telemetry } from './start-telemetry.ts';
import { isSampled, newTraceparent, parseTraceparent, spanIdOf, traceIdOf } from './traceparent.ts';

const none: SamplerSettings = { OTEL_TRACES_SAMPLER: 'parentbased_always_off' };
let exporter: InMemorySpanExporter;
let telemetry: Telemetry;

function start(environment: SamplerSettings = {}): void {
  exporter = new InMemorySpanExporter();
  telemetry = startTracing({ service: 'orders', environment }, new SimpleSpanProcessor({ exporter }));
}

beforeEach(() => start());
afterEach(() => telemetry.shutdown());

describe('startSpan', () => {
  it('begins a trace whose root has the ids that are passed on', () => {
    const span = startSpan('POST /incidents', { kind: 'server', attributes: { 'http.route': '/incidents' } });
    span.setAttributes({ 'http.response.status_code': 200 });
    span.end();
    const [recorded] = exporter.getFinishedSpans();
    expect(recorded?.spanContext()).toMatchObject({
      traceId: traceIdOf(span.traceparent),
      spanId: spanIdOf(span.traceparent),
    });
    expect(recorded).toMatchObject({
      name: 'POST /incidents',
      kind: SpanKind.SERVER,
      parentSpanContext: undefined,
      attributes: { 'http.route': '/incidents', 'http.response.status_code': 200 },
    });
    expect(recorded?.resource.attributes).toMatchObject({
      'service.name': 'orders',
      'service.namespace': 'countersign',
    });
  });

  it('goes on under its parent, with links to the other traces of a batch', () => {
    const parent = newTraceparent(true);
    const link = newTraceparent(false);
    const span = startSpan('orders.issue', { kind: 'consumer', parent, links: [link] });
    span.end();
    const [recorded] = exporter.getFinishedSpans();
    expect(traceIdOf(span.traceparent)).toBe(traceIdOf(parent));
    expect(spanIdOf(span.traceparent)).not.toBe(spanIdOf(parent));
    expect(recorded?.parentSpanContext).toMatchObject({ spanId: spanIdOf(parent), isRemote: true });
    expect(recorded?.links.map(({ context }) => context.traceId)).toEqual([traceIdOf(link)]);
  });

  it('records nothing in an unsampled trace and passes the parent on as it is', () => {
    const parent = newTraceparent(false);
    const span = startSpan('x', { kind: 'internal', parent });
    span.fail(new Error('boom'));
    span.end();
    expect([span.traceparent, span.sampled]).toEqual([parent, false]);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('begins a trace of its own when the parent is forged', () => {
    const span = startSpan('x', { kind: 'server', parent: '00-zz-01' });
    expect(parseTraceparent(span.traceparent)).toBe(span.traceparent);
    span.end();
  });

  it('takes the decision of the ratio over the flag of the caller when the sampler is not parent-based', () => {
    start({ OTEL_TRACES_SAMPLER: 'always_off' });
    const parent = newTraceparent(true);
    const span = startSpan('x', { kind: 'server', parent });
    expect(isSampled(span.traceparent)).toBe(false);
    expect(traceIdOf(span.traceparent)).toBe(traceIdOf(parent));
  });

  it('keeps a fraction of a millisecond between start and end', () => {
    const span = startSpan('x', { kind: 'internal', startTime: 1_700_000_000_000.25 });
    span.end(1_700_000_000_000.75);
    expect(exporter.getFinishedSpans()[0]?.duration[1]).toBeCloseTo(500_000, -4);
  });

  it('gives ids and records nothing when telemetry was not started', async () => {
    await telemetry.shutdown();
    const span = startSpan('x', { kind: 'server' });
    expect(parseTraceparent(span.traceparent)).toBe(span.traceparent);
    expect(span.sampled).toBe(false);
  });
});

describe('inSpan', () => {
  it('ends its span, lets log lines know the trace, and returns the value', async () => {
    const seen = await inSpan('x', { kind: 'internal' }, (span) => [span.traceparent, currentTraceparent()]);
    expect(seen[0]).toBe(seen[1]);
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(currentTraceparent()).toBeUndefined();
  });

  it('marks its span as failed by the code of the error, hides passwords in it, and throws on', async () => {
    const error = new AppError('GATEWAY.UNAVAILABLE', 'unavailable', 'postgres://role:hunter2@db is gone');
    await expect(inSpan('x', { kind: 'client' }, () => Promise.reject(error))).rejects.toBe(error);
    const [recorded] = exporter.getFinishedSpans();
    expect(recorded?.attributes['error.type']).toBe('GATEWAY.UNAVAILABLE');
    expect(recorded?.status.code).toBe(SpanStatusCode.ERROR);
    expect(JSON.stringify([recorded?.status, recorded?.events])).not.toContain('hunter2');
  });
});

describe('recordLate', () => {
  const times = { startTime: 1_700_000_000_000, endTime: 1_700_000_002_000 };

  it('keeps a failed request although the ratio said no, as the root that was passed on', () => {
    start(none);
    const { traceparent } = startSpan('POST /drift', { kind: 'server' });
    expect(isSampled(traceparent)).toBe(false);
    recordLate({ name: 'POST /drift', traceparent, root: true, ...times, error: new Error('boom') });
    const [recorded] = exporter.getFinishedSpans();
    expect(recorded?.spanContext()).toMatchObject({
      traceId: traceIdOf(traceparent),
      spanId: spanIdOf(traceparent),
      traceFlags: 1,
    });
    expect(recorded).toMatchObject({
      kind: SpanKind.SERVER,
      duration: [2, 0],
      attributes: { 'countersign.keep': true },
    });
    expect(recorded?.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('goes under the caller when the trace came from outside', () => {
    const traceparent = newTraceparent(false);
    recordLate({ name: 'GET /stats', traceparent, ...times });
    expect(exporter.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe(spanIdOf(traceparent));
  });

  it('adds nothing to a sampled trace, which has its span already', () => {
    recordLate({ name: 'x', traceparent: newTraceparent(true), ...times });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
