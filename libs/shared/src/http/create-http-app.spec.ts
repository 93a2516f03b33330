import { connect } from 'node:net';
import { Body, Controller, Get, HttpCode, Module, Post, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { createLogger, newTraceparent, parseTraceparent, traceIdOf } from '../telemetry/index.ts';
import { createHttpApp } from './create-http-app.ts';
import type { RequestWithRawBody } from './json-body.ts';
import { requestContextOf } from './request-context.ts';

@Controller()
class ProbeController {
  @Post('checkin')
  @HttpCode(200)
  checkIn(@Body() body: unknown, @Req() request: RequestWithRawBody): unknown {
    return { body, raw: request.rawBody?.toString(), ip: request.ip, ...requestContextOf(request) };
  }

  @Post('evidence')
  @HttpCode(200)
  evidence(@Body() body: { text: string }): unknown {
    return { length: body.text.length };
  }

  @Get('orders/:site_id')
  orders(): never {
    throw new AppError('GATEWAY.UNAVAILABLE', 'unavailable', 'No database.', { cause: new Error('hunter2') });
  }

  @Get('fault')
  async fault(): Promise<never> {
    return Promise.reject(new Error('hunter2'));
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const lines: string[] = [];
let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  app = await createHttpApp(ProbeModule, {
    logger: createLogger({ service: 'gateway', destination: { write: (line) => lines.push(line) } }),
    headersTimeoutMs: 200,
    requestTimeoutMs: 400,
  });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as { port: number }).port;
});
afterAll(() => app.close());

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

async function send(options: InjectOptions): Promise<Answer> {
  const response = await app.inject(options as never);
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

const post = (payload: string | Buffer, headers: Record<string, string> = {}, url = '/checkin'): Promise<Answer> =>
  send({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });

/** What the server writes on a bare connection until it closes it. */
function converse(text: string, more?: { text: string; everyMs: number }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const timer = more === undefined ? undefined : setInterval(() => socket.write(more.text), more.everyMs);
    socket.setEncoding('utf8').on('data', (part: string) => (received += part));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve(received);
    });
    socket.write(text);
  });
}

describe('every answer', () => {
  const requests: [string, InjectOptions, number, string | undefined][] = [
    ['a success', { method: 'POST', url: '/checkin', payload: {} }, 200, undefined],
    ['an unknown route', { method: 'GET', url: '/admin?key=hunter2' }, 404, 'REQUEST.NOT_FOUND'],
    ['an unknown method', { method: 'DELETE', url: '/checkin' }, 404, 'REQUEST.NOT_FOUND'],
    ['an expected failure', { method: 'GET', url: '/orders/s1?key=hunter2' }, 503, 'GATEWAY.UNAVAILABLE'],
    ['a fault', { method: 'GET', url: '/fault' }, 500, 'INTERNAL.UNEXPECTED'],
    ['a URL with a broken escape', { method: 'GET', url: '/orders/%zz' }, 400, 'REQUEST.INVALID'],
    ['an endless path parameter', { method: 'GET', url: `/orders/${'s'.repeat(300)}` }, 400, 'REQUEST.INVALID'],
  ];

  it.each(requests)(
    'to %s carries request id, traceparent and the protective headers',
    async (_name, options, status, code) => {
      const answer = await send(options);
      expect([answer.status, answer.body['error_code']]).toEqual([status, code]);
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(parseTraceparent(answer.headers['traceparent'])).toBe(answer.headers['traceparent']);
      expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    },
  );

  it('to a failure is a problem document with the ids of its headers and the path without query', async () => {
    const { headers, body } = await send({ method: 'GET', url: '/orders/s1?key=hunter2' });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      instance: '/orders/s1',
      request_id: headers['x-request-id'],
      trace_id: traceIdOf(String(headers['traceparent'])),
    });
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });

  it('keeps the request id of the caller when it is harmless', async () => {
    expect((await post('{}', { 'x-request-id': 'caller_1.a-B' })).headers['x-request-id']).toBe('caller_1.a-B');
    for (const hostile of ['a b', 'a\tb', 'x'.repeat(129), 'é', '{}', '']) {
      expect((await post('{}', { 'x-request-id': hostile })).headers['x-request-id']).not.toBe(hostile);
    }
  });

  it('goes on with the trace of the caller, and begins another when it is forged', async () => {
    const traceparent = newTraceparent(false);
    expect((await post('{}', { traceparent })).body).toMatchObject({ traceparent, traceId: traceIdOf(traceparent) });
    const forged = await post('{}', { traceparent: traceparent.toUpperCase() });
    expect(forged.body['traceId']).not.toBe(traceIdOf(traceparent));
  });

  it('does not believe a forwarded address', async () => {
    expect((await post('{}', { 'x-forwarded-for': '6.6.6.6' })).body['ip']).toBe('127.0.0.1');
  });
});

describe('bodies', () => {
  it('keep their exact bytes beside the parsed value', async () => {
    const text = '{ "a" : 1.0, "b":"é" }';
    expect((await post(text)).body).toMatchObject({ body: { a: 1, b: 'é' }, raw: text });
  });

  it.each([
    ['a key twice', '{"site_id":"a","site_id":"b"}'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['nothing', ''],
    ['half a text', '{"a":'],
    ['Latin-1', Buffer.from([0x22, 0xe9, 0x22])],
  ])('with %s are refused before any handler', async (_name, payload) => {
    const { status, body } = await post(payload, { 'content-length': String(payload.length) });
    expect([status, body['error_code']]).toEqual([400, 'REQUEST.MALFORMED_JSON']);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
  ])('of type %s are refused with 415', async (type) => {
    const { status, body } = await post('{}', { 'content-type': type });
    expect([status, body['error_code']]).toEqual([415, 'REQUEST.UNSUPPORTED_MEDIA_TYPE']);
  });

  it('may say that they are UTF-8', async () => {
    expect((await post('{}', { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(200);
  });

  it('may be as long as the catalogue says for their route, and no longer', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(17 * 1024) });
    expect((await post(text, {}, '/evidence')).status).toBe(200);
    const { status, body } = await post(text);
    expect([status, body['error_code']]).toEqual([413, 'REQUEST.TOO_LARGE']);
  });

  it('that do not say how long they are are cut off at the limit', async () => {
    const chunk = `2000\r\n${' '.repeat(0x2000)}\r\n`;
    const head =
      'POST /checkin HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(await converse(head + chunk.repeat(3))).toMatch(/^HTTP\/1\.1 413 [\s\S]*REQUEST\.TOO_LARGE/);
  });

  it('announced as huge are refused before they are sent', async () => {
    const head =
      'POST /checkin HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 999999999\r\n\r\n';
    expect(await converse(head)).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('hostile connections', () => {
  it('that speak no HTTP get a problem document and are closed', async () => {
    const answer = await converse('HELO mail.example\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/x-request-id: [0-9a-f-]{36}\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      status: 400,
      error_code: 'REQUEST.INVALID',
    });
  });

  it('with endless headers are refused', async () => {
    expect(await converse(`GET /checkin HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  it('with two lengths, as smugglers send them, are refused', async () => {
    const smuggled =
      'POST /checkin HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await converse(smuggled)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('that say nothing are closed', async () => {
    expect(await converse('')).not.toMatch(/^HTTP\/1\.1 [23]/);
  });

  it('that send their headers a byte at a time are closed', async () => {
    const answer = await converse('GET /checkin HTTP/1.1\r\nx', { text: 'x', everyMs: 20 });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that send their body a byte at a time are closed', async () => {
    const head = 'POST /checkin HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10000\r\n\r\n';
    expect(await converse(head, { text: ' ', everyMs: 20 })).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('the log', () => {
  it('tells a fault with its cause and trace, and an outage once a second', async () => {
    lines.length = 0;
    const { headers } = await send({ method: 'GET', url: '/fault' });
    await Promise.all(Array.from({ length: 20 }, () => send({ method: 'GET', url: '/orders/s1' })));
    const fault = lines.filter((line) => line.includes('unexpectedly'));
    expect(fault).toHaveLength(1);
    expect(JSON.parse(fault[0] ?? '')).toMatchObject({
      requestId: headers['x-request-id'],
      trace_id: traceIdOf(String(headers['traceparent'])),
      route: '/fault',
      error: { message: 'hunter2' },
    });
    expect(lines.filter((line) => line.includes('could not be served')).length).toBeLessThanOrEqual(2);
  });
});
