import { connect } from 'node:net';
import { Controller, Get, Module, Param } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { createHttpApp } from './create-http-app.ts';
import { MediaAnswer } from './media-answer.ts';

const piece = Buffer.alloc(64 * 1024, 'x');
let made = 0;
let ended = 0;

async function* pieces(count: number, failure?: Error) {
  try {
    for (let index = 0; index < count; index += 1) {
      made += 1;
      yield piece;
    }
    if (failure) throw failure;
  } finally {
    ended += 1;
  }
}

const zip = (body: AsyncIterable<Uint8Array>) =>
  new MediaAnswer('application/zip', body, { 'content-disposition': 'attachment; filename="a.zip"' });

@Controller()
class MediaController {
  @Get('text')
  text() {
    return new MediaAnswer('text/plain; charset=utf-8', 'countersign é\n', { 'cache-control': 'no-cache' });
  }

  @Get('tile/*')
  bytes(@Param() params: Record<string, string>) {
    if (params['*'] !== '0/x001/067') throw new AppError('LEDGER.NOT_FOUND', 'not-found', `no ${params['*']}`);
    return new MediaAnswer('application/octet-stream', new Uint8Array([9, 0, 255, 9]).subarray(1, 3));
  }

  @Get('stream/:count')
  stream(@Param('count') count: string) {
    return zip(pieces(Number(count)));
  }

  @Get('broken/:count')
  broken(@Param('count') count: string) {
    return zip(pieces(Number(count), new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'fell silent')));
  }
}

@Module({ controllers: [MediaController] })
class MediaModule {}

const lines: string[] = [];
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const logger = createLogger({ service: 'gateway', destination: { write: (line) => lines.push(line) } });
  app = await createHttpApp(MediaModule, { logger });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
});
afterAll(() => app.close());
beforeEach(() => {
  made = 0;
  ended = 0;
  lines.length = 0;
});

describe('an answer that is not JSON', () => {
  it('is text with the type that it says, and the headers of every answer', async () => {
    const response = await fetch(`${url}/text`);
    expect(await response.text()).toBe('countersign é\n');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '15',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      traceparent: expect.stringMatching(/^00-/),
    });
  });

  it('is bytes, exactly those', async () => {
    const response = await fetch(`${url}/tile/0/x001/067`);
    expect([...(await response.bytes())]).toEqual([0, 255]);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is a problem document when it fails before it begins', async () => {
    const response = await fetch(`${url}/tile/0/x001/068`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ error_code: 'LEDGER.NOT_FOUND', detail: 'no 0/x001/068' });
  });

  it('is a stream that arrives whole', async () => {
    const response = await fetch(`${url}/stream/100`);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a.zip"');
    expect((await response.bytes()).length).toBe(100 * piece.length);
    expect(ended).toBe(1);
  });

  it('never looks complete when its stream breaks in the middle', async () => {
    const response = await fetch(`${url}/broken/20`);
    expect(response.status).toBe(200);
    await expect(response.bytes()).rejects.toThrow();
    const raw = await new Promise<string>((resolve) => {
      const { port } = new URL(url);
      let received = '';
      connect(Number(port), '127.0.0.1')
        .setEncoding('latin1')
        .on('data', (part: string) => (received += part))
        .on('error', () => {})
        .on('close', () => resolve(received))
        .write('GET /broken/20 HTTP/1.1\r\nhost: x\r\n\r\n');
    });
    expect(raw).toMatch(/^HTTP\/1\.1 200/);
    expect(raw.endsWith('0\r\n\r\n')).toBe(false);
    expect(lines.some((line) => line.includes('fell silent'))).toBe(true);
  });

  it('is a problem document when its stream breaks before anything came', async () => {
    const response = await fetch(`${url}/broken/0`);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(await response.json()).toMatchObject({ error_code: 'MESSAGING.UNAVAILABLE' });
  });

  it('is made as fast as it is read, and ends when the caller goes away', async () => {
    const abort = new AbortController();
    const response = await fetch(`${url}/stream/100000`, { signal: abort.signal });
    await response.body!.getReader().read();
    await expect.poll(() => made, { interval: 50 }).toBeGreaterThan(1);
    let before = -1;
    await expect.poll(() => before === (before = made), { interval: 200, timeout: 5_000 }).toBe(true);
    expect(made).toBeLessThan(1_000);
    expect(ended).toBe(0);
    abort.abort();
    await expect.poll(() => ended).toBe(1);
    expect(lines).toEqual([]);
  });

  it('is not made for HEAD', async () => {
    const response = await fetch(`${url}/stream/100000`, { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(made).toBeLessThan(3);
  });
});
