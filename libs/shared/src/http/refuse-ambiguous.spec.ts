import { connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Controller, Get } from '@nestjs/common';
import { createLogger } from '../telemetry/index.ts';
import { createHttpApp } from './create-http-app.ts';

@Controller()
class Echo {
  @Get('echo/:id')
  echo() {
    return { reached: true };
  }
}

class Root {}
let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  const logger = createLogger({ service: 'spec', destination: { write() {} } });
  app = await createHttpApp({ module: Root, controllers: [Echo] }, { logger });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as { port: number }).port;
});
afterAll(() => app.close());

/** Status of a request that is written as it stands: no client of ours could be made to send it. */
function send(path: string, ...headers: string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const lines = [`GET ${path} HTTP/1.1`, 'Host: a', ...headers, 'Connection: close', '', ''];
    const socket = connect(port, '127.0.0.1', () => socket.write(lines.join('\r\n'), 'latin1'));
    let text = '';
    socket
      .setEncoding('utf8')
      .on('data', (piece: string) => (text += piece))
      .on('end', () => resolve({ status: Number(text.split(' ')[1]), text }))
      .on('error', reject);
  });
}

describe('a request that can be read in two ways', () => {
  it.each([
    ['a parameter twice', '/echo/a?limit=1&limit=2'],
    ['a parameter twice, one of them escaped', '/echo/a?limit=1&%6cimit=2'],
    ['a parameter twice, one without a value', '/echo/a?limit&limit=2'],
    ['half of an escape in the query', '/echo/a?x=%2'],
    ['an escape that is no UTF-8 in the query', '/echo/a?x=%ff'],
    ['an overlong escape in the query', '/echo/a?x=%c0%af'],
    ['half of a surrogate pair in the query', '/echo/a?x=%ed%a0%80'],
    ['an escape that is no UTF-8 in a name', '/echo/a?%ff=1'],
    ['an escape that is no UTF-8 in the path', '/echo/%ff'],
    ['half of an escape in the path', '/echo/%2'],
    ['NUL in the path', '/echo/%00'],
    ['NUL in the query', '/echo/a?x=%00'],
    ['a line feed in the path', '/echo/a%0Ab'],
    ['an escape character in the query', '/echo/a?x=%1B[31m'],
  ])('is refused: %s', async (_name, path) => {
    const { status, text } = await send(path);
    expect([status, /"error_code":"([A-Z_.]+)"/.exec(text)?.[1]]).toEqual([400, 'REQUEST.INVALID']);
  });

  it.each(['Authorization', 'X-API-Key', 'Content-Type', 'X-Client-ID', 'Idempotency-Key', 'Host'])(
    'is refused: the header %s twice',
    async (name) => {
      const { status, text } = await send('/echo/a', `${name}: a`, `${name.toLowerCase()}: b`);
      expect([status, text.includes('"error_code":"REQUEST.INVALID"')]).toEqual([400, true]);
    },
  );

  it('is not what a common one looks like', async () => {
    for (const path of ['/echo/a', '/echo/a?', '/echo/a?limit=1&after=2', '/echo/a%20b?x=%C3%A9+y&&z=']) {
      expect((await send(path)).status, path).toBe(200);
    }
    const twice = await send('/echo/a', 'Accept: text/plain', 'Accept: application/json', 'Cookie: a', 'Cookie: b');
    expect(twice.status).toBe(200);
  });
});
