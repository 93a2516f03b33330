import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, newTraceparent, spanIdOf, type Telemetry, traceIdOf } from '../telemetry/index.ts';
import { startTracing } from '../telemetry/start-telemetry.ts';
import { createHttpApp } from './create-http-app.ts';
import { HealthModule } from './health.module.ts';
import { HealthState } from './health-state.ts';

let release: () => void = () => {};

@Controller()
class TracedController {
  @Get('orders/:site_id')
  orders(): unknown {
    return {};
  }

  @Get('fault')
  fault(): never {
    throw new Error('boom');
  }

  @Get('stats')
  async stats(): Promise<unknown> {
    await new Promise<void>((resolve) => (release = resolve));
    return {};
  }
}

@Module({ imports: [HealthModule.of(new HealthState({ lagMs: () => 0 }))], controllers: [TracedController] })
class TracedModule {}

let app: NestFastifyApplication;
let telemetry: Telemetry;
let exporter: InMemorySpanExporter;

function trace(sampler: string): void {
  exporter = new InMemorySpanExporter();
  const environment = { OTEL_TRACES_SAMPLER: sampler };
  telemetry = startTracing({ service: 'gateway', environment }, new SimpleSpanProcessor({ exporter }));
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

beforeAll(async () => {
  app = await createHttpApp(TracedModule, { logger: createLogger({ service: 'x', destination: { write: () => {} } }) });
  await app.listen(0, '127.0.0.1');
});
afterEach(() => telemetry.shutdown());
afterAll(() => app.close());

describe('the server span', () => {
  it('names method and route, tells the status, and never the site in the path', async () => {
    trace('parentbased_always_on');
    const parent = newTraceparent(true);
    const response = await get('/orders/clinic-7?x=1', { traceparent: parent });
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'GET /orders/:site_id',
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': 'GET', 'http.route': '/orders/:site_id', 'http.response.status_code': 200 },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span?.parentSpanContext?.spanId).toBe(spanIdOf(parent));
    expect(span?.spanContext().spanId).toBe(spanIdOf(String(response.headers['traceparent'])));
    expect(JSON.stringify(span?.attributes)).not.toContain('clinic-7');
  });

  it('of an unknown route does not carry the path that somebody made up', async () => {
    trace('parentbased_always_on');
    await get('/wp-admin');
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['GET']);
  });

  it('ends for a URL that the router refuses', async () => {
    trace('parentbased_always_on');
    await get('/orders/%zz');
    expect(exporter.getFinishedSpans()[0]?.attributes['http.response.status_code']).toBe(400);
  });

  it('is not made for probes', async () => {
    trace('parentbased_always_on');
    expect((await get('/livez')).statusCode).toBe(200);
    expect((await get('/readyz')).statusCode).toBe(503);
    expect((await get('/startupz')).json()).toEqual({ status: 'starting' });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('of a failure is kept although the trace was not sampled, with the cause', async () => {
    trace('parentbased_always_off');
    await get('/orders/clinic-7');
    const response = await get('/fault');
    const [span, ...others] = exporter.getFinishedSpans();
    expect(others).toEqual([]);
    expect(span?.spanContext().traceId).toBe(traceIdOf(String(response.headers['traceparent'])));
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'boom' });
  });

  it('ends when the client goes away before the answer', async () => {
    trace('parentbased_always_on');
    const { port } = app.getHttpServer().address() as { port: number };
    release = () => {};
    const waiting = release;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /stats HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => release).not.toBe(waiting);
    socket.destroy();
    release();
    await expect.poll(() => exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['GET /stats']);
  });
});
