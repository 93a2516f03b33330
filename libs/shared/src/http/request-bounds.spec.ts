import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { createHttpApp } from './create-http-app.ts';

@Controller()
class ProbeController {
  @Get('health')
  health(): never {
    throw new AppError('AUTH.MISSING_CREDENTIAL', 'unauthenticated', 'No.');
  }

  @Get('runbooks')
  refuse(): never {
    throw new AppError('AUTH.INVALID_CREDENTIAL', 'unauthenticated', 'No.');
  }

  @Post('checkin')
  @HttpCode(200)
  accept(@Body() body: unknown): unknown {
    return body;
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let app: NestFastifyApplication;
const failures: string[] = [];
let block: string | undefined;
let most = Infinity;
const limited = new AppError('LIMIT.EXCEEDED', 'rate-limited', 'Enough.', {
  retryAfterSeconds: 30,
  details: { retry_after: 30 },
});

beforeAll(async () => {
  app = await createHttpApp(ProbeModule, {
    logger: createLogger({ service: 'gateway', destination: { write: () => {} } }),
    proxyHops: 1,
    addressLimits: {
      refusalOf: (address) => (address === block ? limited : undefined),
      // Plays the guard.
      isKnown: ({ headers }) => headers.authorization === 'Bearer known',
      async countFailure(address) {
        return failures.push(address) > most ? limited : undefined;
      },
    },
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

async function send(options: InjectOptions): Promise<[number, string | undefined, Record<string, unknown>]> {
  const answer = await app.inject(options as never);
  return [answer.statusCode, answer.json().error_code as string | undefined, answer.headers];
}
const json = { 'content-type': 'application/json' };

describe('a request', () => {
  it.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'x'])(
    'whose body is packed with %s is not unpacked',
    async (encoding) => {
      const payload = gzipSync(Buffer.alloc(1 << 20, ' '));
      const headers = { ...json, 'content-encoding': encoding };
      const [status, code] = await send({ method: 'POST', url: '/checkin', payload, headers });
      expect([status, code]).toEqual([415, 'REQUEST.UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it('may say that its body is not packed', async () => {
    const headers = { ...json, 'content-encoding': 'identity', 'x-api-key': 'k' };
    expect((await send({ method: 'POST', url: '/checkin', payload: '{}', headers }))[0]).toBe(200);
  });

  it('with more than a hundred headers is refused', async () => {
    const headers = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, '1']));
    expect((await send({ method: 'GET', url: '/runbooks', headers })).slice(0, 2)).toEqual([413, 'REQUEST.TOO_LARGE']);
  });

  it('with an endless URL is refused', async () => {
    const url = `/runbooks?x=${'y'.repeat(4_096)}`;
    expect((await send({ method: 'GET', url })).slice(0, 2)).toEqual([413, 'REQUEST.TOO_LARGE']);
  });

  it.each([
    ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, n) => `"${n}":1`).join(',')}}`, 413],
    [
      'more than ten thousand keys',
      `{${Array.from({ length: 10_001 }, (_, n) => `"${n.toString(36)}":1`).join()}}`,
      413,
    ],
    ['a thousand levels', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, 400],
    ['thirty-three levels of objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 400],
  ])('with %s is refused', async (_name, payload, is) => {
    expect((await send({ method: 'POST', url: '/checkin', payload, headers: json }))[0]).toBe(is);
  });
});

describe('the limit per address', () => {
  const get = (url: string, authorization: string): InjectOptions => ({
    method: 'GET',
    url,
    headers: { authorization },
  });
  const forwarded = (address: string) => ({ 'x-forwarded-for': `6.6.6.6, ${address}` });

  it.each<[string, InjectOptions, number]>([
    ['a failed login', get('/runbooks', 'Bearer x'), 1],
    ['a refusal by 401 of somebody who is known', get('/runbooks', 'Bearer known'), 0],
    ['a path that is none, without a credential', { method: 'GET', url: '/.env' }, 1],
    ['garbage without a credential', { method: 'POST', url: '/checkin', payload: '{', headers: json }, 1],
    [
      'garbage with a credential',
      { method: 'POST', url: '/checkin', payload: '{', headers: { ...json, 'x-api-key': 'k' } },
      0,
    ],
    ['a success', { method: 'POST', url: '/checkin', payload: '{}', headers: json }, 0],
    ['a probe', { method: 'GET', url: '/health' }, 0],
  ])('counts %s', async (_name, options, count) => {
    failures.length = 0;
    await send({ ...options, headers: { ...options.headers, ...forwarded('203.0.113.9') } });
    expect(failures).toEqual(Array(count).fill('203.0.113.9'));
  });

  it('answers what is too much with the refusal, and tells nothing of the first answer', async () => {
    most = 0;
    const [status, code, headers] = await send({ method: 'GET', url: '/runbooks', headers: { 'x-api-key': 'guess' } });
    most = Infinity;
    expect([status, code, headers['retry-after']]).toEqual([429, 'LIMIT.EXCEEDED', '30']);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('turns a blocked address away, whomever it claims to forward, and nobody else; probes pass', async () => {
    block = '203.0.113.9';
    failures.length = 0;
    const options = (address: string, url = '/checkin') =>
      ({
        method: url === '/health' ? 'GET' : 'POST',
        url,
        payload: '{}',
        headers: { ...json, ...forwarded(address) },
      }) as const;
    expect((await send(options('203.0.113.9'))).slice(0, 2)).toEqual([429, 'LIMIT.EXCEEDED']);
    expect((await send(options('203.0.113.10')))[0]).toBe(200);
    expect((await send({ method: 'GET', url: '/health', headers: forwarded('203.0.113.9') }))[0]).toBe(401);
    expect(failures).toEqual([]);
    block = undefined;
  });
});
