import { describe, expect, it } from 'vitest';
import type { AppError } from '@countersign/shared/kernel';
import { createTransport, type TransportSettings } from './send-request.ts';

type Answer = Response | Error;
const json = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const broken = () => new TypeError('fetch failed', { cause: new Error('ECONNRESET') });

/** A gateway that gives these answers in turn, the last one for ever, and notes what it got. */
function transportTo(answers: (() => Answer)[], settings: Partial<TransportSettings> = {}) {
  const received: { url: string; init: RequestInit }[] = [];
  const waits: number[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    received.push({ url: url as string, init: init! });
    const answer = answers[Math.min(received.length, answers.length) - 1]!();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const wait = async (ms: number) => void waits.push(ms);
  const send = createTransport({ gatewayUrl: 'https://gateway/', apiKey: 'csk_secret', fetch, wait, ...settings });
  return { send, received, waits };
}
const failureOf = async (sending: Promise<unknown>): Promise<AppError> =>
  sending.then(
    () => expect.unreachable('it was sent'),
    (error: AppError) => error,
  );

describe('a request to the gateway', () => {
  it('carries the key, the body byte for byte and the idempotency key, and follows no redirect', async () => {
    const { send, received } = transportTo([() => json(200, { ok: true })]);
    const answer = await send({ method: 'POST', path: '/evidence', body: '{"a": 1.0}', idempotencyKey: 'k1' });
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(received[0]!.url).toBe('https://gateway/evidence');
    expect(received[0]!.init).toMatchObject({
      body: '{"a": 1.0}',
      redirect: 'error',
      headers: { authorization: 'Bearer csk_secret', 'idempotency-key': 'k1', 'content-type': 'application/json' },
    });
  });

  it('is repeated with the same idempotency key and body when the connection breaks', async () => {
    const { send, received } = transportTo([broken, broken, () => json(200, {})]);
    await send({ method: 'POST', path: '/incidents', body: '{}', idempotencyKey: 'k1' });
    expect(received).toHaveLength(3);
    expect(received[2]!.init).toMatchObject({ body: '{}', headers: { 'idempotency-key': 'k1' } });
  });

  it('is signed anew in each attempt, as it is sent, with what binds it', async () => {
    const signed: unknown[] = [];
    const sign = (request: object) => ({ signature: `s${signed.push(request)}` });
    const { send, received } = transportTo([broken, () => json(200, {})], { sign });
    await send({ method: 'POST', path: '/incidents?a=b c', body: '{}', idempotencyKey: 'k1' });
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k1' };
    const request = { method: 'POST', target: '/incidents?a=b%20c', body: '{}', headers };
    expect(signed).toEqual([request, request]);
    expect(received.map(({ init }) => (init.headers as Record<string, string>)['signature'])).toEqual(['s1', 's2']);
  });

  it('is not repeated when it writes and has no idempotency key: the first one may have arrived', async () => {
    const { send, received } = transportTo([broken]);
    const error = await failureOf(send({ method: 'POST', path: '/incidents', body: '{}' }));
    expect(error).toMatchObject({ code: 'APPLIANCE.GATEWAY_UNREACHABLE', kind: 'unavailable' });
    expect(received).toHaveLength(1);
  });

  it('gives up after its attempts, and waits longer before each', async () => {
    const { send, received, waits } = transportTo([broken], { attempts: 3 });
    await failureOf(send({ method: 'GET', path: '/orders/s' }));
    expect(received).toHaveLength(3);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThan(waits[1]! + 400);
  });

  it('waits as Retry-After says, but never longer than ten seconds and a quarter more', async () => {
    const busy = (seconds: string) => () => json(503, {}, { 'retry-after': seconds });
    const { send, waits } = transportTo([busy('2'), busy('86400'), () => json(200, {})]);
    await send({ method: 'GET', path: '/orders/s' });
    expect(waits[0]).toBeGreaterThanOrEqual(1_500);
    expect(waits[0]).toBeLessThanOrEqual(2_500);
    expect(waits[1]).toBeLessThanOrEqual(12_500);
  });

  it.each([400, 401, 403, 404, 409, 413, 415, 422, 429, 500])('is not repeated after a %i', async (status) => {
    const { send, received } = transportTo([() => json(status, {})]);
    await failureOf(send({ method: 'GET', path: '/orders/s' }));
    expect(received).toHaveLength(1);
  });

  it('takes no longer than its time, even when the gateway sends headers and then nothing', async () => {
    const hanging: typeof globalThis.fetch = (_url, init) =>
      Promise.resolve({
        text: () =>
          new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason))),
      } as Response);
    const { send } = transportTo([], { fetch: hanging, timeoutMs: 5, attempts: 2 });
    const error = await failureOf(send({ method: 'GET', path: '/orders/s' }));
    expect(error.code).toBe('APPLIANCE.GATEWAY_UNREACHABLE');
  });
});

describe('a failure', () => {
  it('has the code, the text, the bad fields and the ids of the problem document', async () => {
    const problem = {
      error_code: 'REQUEST.INVALID',
      detail: 'severity is none of low, medium, high, critical.',
      errors: [{ field: 'severity', message: 'none of these' }],
      request_id: 'r1',
      trace_id: 't1',
      status: 400,
    };
    const { send } = transportTo([() => json(400, problem)]);
    const error = await failureOf(send({ method: 'POST', path: '/incidents', body: '{}', idempotencyKey: 'k' }));
    expect(error).toMatchObject({ code: 'REQUEST.INVALID', kind: 'invalid', message: problem.detail });
    expect(error.details).toEqual({ status: 400, errors: problem.errors, request_id: 'r1', trace_id: 't1' });
  });

  it('of a limit says when to come back', async () => {
    const { send } = transportTo([() => json(429, { error_code: 'GATEWAY.RATE_LIMITED' }, { 'retry-after': '17' })]);
    const error = await failureOf(send({ method: 'GET', path: '/stats' }));
    expect(error).toMatchObject({ code: 'GATEWAY.RATE_LIMITED', kind: 'rate-limited', retryAfterSeconds: 17 });
  });

  it('of a proxy, which speaks HTML, is still one', async () => {
    const { send } = transportTo([() => new Response('<h1>Bad Gateway</h1>', { status: 502 })], { attempts: 1 });
    const error = await failureOf(send({ method: 'GET', path: '/stats' }));
    expect(error).toMatchObject({ code: 'APPLIANCE.UNEXPECTED_ANSWER', kind: 'unavailable', details: { status: 502 } });
  });

  it('never holds the key', async () => {
    const { send } = transportTo([broken], { attempts: 1 });
    const error = await failureOf(send({ method: 'GET', path: '/stats' }));
    expect(`${error.stack ?? ''}${JSON.stringify(error)}`).not.toContain('csk_secret');
  });
});
