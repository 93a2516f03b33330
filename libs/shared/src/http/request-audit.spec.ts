import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { createHttpApp } from './create-http-app.ts';
import { MediaAnswer } from './media-answer.ts';
import type { RefusedRequest } from './request-audit.ts';

let released = false;
async function* secretPages() {
  try {
    yield Buffer.from('secret');
  } finally {
    released = true;
  }
}

@Controller()
class ProbeController {
  @Get('refused')
  refused(): never {
    throw new AppError('AUTH.SITE_FORBIDDEN', 'forbidden', 'No.');
  }

  @Get('fault')
  fault(): never {
    throw new Error('ours');
  }

  @Get('flooded')
  flooded(): never {
    throw new AppError('LIMIT.FLOODED', 'unavailable', 'Later.');
  }

  @Get('read')
  read(): unknown {
    return { evidence: 'secret' };
  }

  @Get('stream')
  stream(): MediaAnswer {
    return new MediaAnswer('application/zip', secretPages(), { 'content-disposition': 'attachment' });
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const noteRefusal = vi.fn<(refused: RefusedRequest) => void>();
const noteAnswer = vi.fn<() => Promise<AppError | undefined> | undefined>();
const countFailure = vi.fn<() => Promise<AppError | undefined>>();
let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  app = await createHttpApp(ProbeModule, {
    logger: createLogger({ service: 'gateway', destination: { write() {} } }),
    audit: { noteRefusal, noteAnswer },
    addressLimits: { refusalOf: () => undefined, isKnown: () => false, countFailure },
  });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as { port: number }).port;
});
afterAll(() => app.close());
beforeEach(() => {
  noteRefusal.mockReset();
  noteAnswer.mockReset();
  countFailure.mockReset().mockResolvedValue(undefined);
});

function withResolvers() {
  let resolve!: (value: undefined) => void;
  const promise = new Promise<undefined>((done) => (resolve = done));
  return { promise, resolve };
}

const get = (path: string, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
const told = () => noteRefusal.mock.calls.map(([{ status, code }]) => [status, code]);

describe('a refused request', () => {
  it.each([
    ['/refused', 403, 'AUTH.SITE_FORBIDDEN'],
    ['/nowhere', 404, 'REQUEST.NOT_FOUND'],
    ['/flooded', 503, 'LIMIT.FLOODED'],
    ['/%zz', 400, 'REQUEST.INVALID'],
    [`/read?a=${'x'.repeat(9_000)}`, 413, 'REQUEST.TOO_LARGE'],
  ])('%.20s is told once, by the code and the id that the caller got', async (path, status, code) => {
    const answer = await get(path, { authorization: 'Bearer x' });
    expect([answer.status, ((await answer.json()) as { error_code: string }).error_code]).toEqual([status, code]);
    expect(told()).toEqual([[status, code]]);
    const [refused] = noteRefusal.mock.calls[0]!;
    expect(refused).toMatchObject({ address: '127.0.0.1', requestId: answer.headers.get('x-request-id') });
    expect(refused.traceparent).toContain(answer.headers.get('traceparent')!.slice(3, 35));
  });

  it('is told as it was answered in the end: blocked for failing too often', async () => {
    countFailure.mockResolvedValue(new AppError('LIMIT.EXCEEDED', 'rate-limited', 'Too often.'));
    expect((await get('/refused')).status).toBe(429);
    expect(told()).toEqual([[429, 'LIMIT.EXCEEDED']]);
  });

  it('is told although the caller did not wait for the answer', async () => {
    const counted = withResolvers();
    countFailure.mockReturnValue(counted.promise);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /refused HTTP/1.1\r\nhost: x\r\n\r\n');
    await vi.waitFor(() => expect(countFailure).toHaveBeenCalled());
    socket.destroy();
    counted.resolve(undefined);
    await vi.waitFor(() => expect(told()).toEqual([[403, 'AUTH.SITE_FORBIDDEN']]));
  });

  it('is told when it is no HTTP at all', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('\x16\x03\x01 hello\r\n\r\n');
    await vi.waitFor(() => expect(told()).toEqual([[400, 'REQUEST.INVALID']]));
    expect(noteRefusal.mock.calls[0]![0]).toMatchObject({ request: undefined, address: '127.0.0.1' });
    socket.destroy();
  });

  it('is none when the fault is ours', async () => {
    expect((await get('/fault')).status).toBe(500);
    expect(told()).toEqual([]);
  });
});

describe('a good answer', () => {
  it('leaves at once when nothing has to be written', async () => {
    expect(await (await get('/read')).json()).toEqual({ evidence: 'secret' });
    expect(noteAnswer).toHaveBeenCalledTimes(1);
  });

  it('waits until it is written that it was read', async () => {
    const written = withResolvers();
    noteAnswer.mockReturnValue(written.promise);
    let isThere = false;
    const answer = get('/read').then((one) => ((isThere = true), one));
    await vi.waitFor(() => expect(noteAnswer).toHaveBeenCalled());
    await get('/nowhere');
    expect(isThere).toBe(false);
    written.resolve(undefined);
    expect((await answer).status).toBe(200);
  });

  it.each(['/read', '/stream'])('of %s does not leave when that cannot be written, nor any of it', async (path) => {
    released = false;
    noteAnswer.mockResolvedValue(new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'Away.'));
    const answer = await get(path);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(JSON.parse(text)).toMatchObject({ error_code: 'DATABASE.UNAVAILABLE' });
    expect(text).not.toContain('secret');
    expect(answer.headers.get('content-disposition')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('that is a stream leaves when it was written', async () => {
    noteAnswer.mockResolvedValue(undefined);
    expect(await (await get('/stream')).text()).toBe('secret');
    expect(released).toBe(true);
  });
});
