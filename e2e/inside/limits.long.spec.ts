import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../../tools/stack/index.ts';
import { createKey } from '../harness/api-keys.ts';
import { enrolBox } from '../harness/box.ts';
import { type Answer, call, type CallOptions } from '../harness/call.ts';
import { problemOf } from '../harness/expect-answer.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';

const limits = {
  'failed-requests': { limit: 20, window_seconds: 900 },
  reads: { limit: 15, window_seconds: 60 },
  'appliance-requests': { limit: 120, window_seconds: 60 },
};

let stack: Stack;
let addresses = 0;
const newAddress = (): string => `198.51.100.${(addresses += 1)}`;

beforeAll(async () => {
  stack = await startStack({
    replicas: { gateway: 2 },
    env: { LIMITS: JSON.stringify(limits), TRUST_PROXY_HOPS: '1', CORS_ORIGINS: 'https://console.example' },
  });
});
afterAll(() => stack?.stop());

/** As our one proxy passes it on. */
function from(address: string, path: string, { headers, ...rest }: CallOptions = {}, gateway = 0): Promise<Answer> {
  const forwarded = { 'x-forwarded-for': `6.6.6.${gateway}, ${address}`, ...headers };
  return call(stack.info.gateway_urls[gateway % 2]! + path, { headers: forwarded, ...rest });
}
const guess = (address: string, n: number): Promise<Answer> =>
  from(address, '/runbooks', { key: randomBytes(32).toString('base64url') }, n);
const codes = (answers: Answer[]) => answers.map(problemOf).map(([, code]) => code);
const count = (all: string[], code: string) => all.filter((one) => one === code).length;

describe('an address that guesses keys', () => {
  it('is stopped at exactly the limit, over all gateways at once, and by all of them from then on', async () => {
    const address = newAddress();
    const all = codes(await Promise.all(Array.from({ length: 60 }, (_, n) => guess(address, n))));
    expect(count(all, 'AUTH.INVALID_CREDENTIAL')).toBe(20);
    expect(count(all, 'LIMIT.EXCEEDED')).toBe(40);
    for (const gateway of [0, 1]) {
      const right = await until('the address is known everywhere', async () => {
        const answer = await from(address, '/runbooks', { key: stack.info.admin_key }, gateway);
        return answer.status === 429 ? answer : undefined;
      });
      expect(right.body).toMatchObject({ policy: 'failed-requests', limit: 20, window_seconds: 900 });
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(880);
      expect(right.body.retry_after).toBe(Number(right.headers.get('retry-after')));
    }
  });

  it('cannot use the name of another: what it forwards itself is not believed', async () => {
    const address = newAddress();
    const forge = (n: number) =>
      from(address, '/stats', { headers: { 'x-forwarded-for': `${n}.1.1.1, 10.0.0.${n}, ${address}` } });
    const all = codes(await Promise.all(Array.from({ length: 30 }, (_, n) => forge(n))));
    expect(count(all, 'AUTH.MISSING_CREDENTIAL')).toBe(20);
    expect(count(all, 'LIMIT.EXCEEDED')).toBe(10);
    expect((await from(newAddress(), '/runbooks', { key: stack.info.admin_key })).status).toBe(200);
  });

  it('gains nothing by looking for other doors: unknown paths and garbage count as well', async () => {
    const address = newAddress();
    for (let n = 0; n < 20; n += 1) {
      const answer = n % 2 ? await from(address, `/.env${n}`) : await from(address, '/checkin', { body: '{' });
      expect(answer.status).toBeOneOf([404, 400]);
    }
    expect(problemOf(await from(address, '/ledger/key'))).toEqual([429, 'LIMIT.EXCEEDED']);
    expect((await from(address, '/livez')).status).toBe(200);
  });
});

describe('an address behind which appliances work', () => {
  it('is never blocked by what succeeds, nor by the mistakes of those who have a key', async () => {
    const address = newAddress();
    const box = await enrolBox(systemOf(stack));
    for (let n = 0; n < 30; n += 1) {
      expect((await from(address, `/orders/${box.siteId}`, { key: stack.info.admin_key }, n)).status).toBe(200);
      const mistake = await from(address, '/checkin', { key: stack.info.admin_key, body: '{' }, n);
      expect(mistake.status).toBe(400);
    }
  });
});

describe('a principal', () => {
  it('may read exactly as often as the limit says, over all gateways; another one is not concerned', async () => {
    const { key } = await createKey(systemOf(stack), 'auditor');
    const other = await createKey(systemOf(stack), 'auditor');
    const address = newAddress();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => from(address, '/runbooks', { key }, n)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(15);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(problemOf(refused)).toEqual([429, 'LIMIT.EXCEEDED']);
    expect(refused.body).toMatchObject({ policy: 'reads', limit: 15, window_seconds: 60 });
    const passed = answers.filter(({ status }) => status === 200);
    const left = passed.map(({ headers }) => Number(headers.get('ratelimit-remaining')));
    expect(left.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, n) => n));
    expect(passed[0]!.headers.get('ratelimit-policy')).toBe('"reads";q=15;w=60');
    expect(passed[0]!.headers.get('ratelimit')).toMatch(/^"reads";r=\d+;t=\d+$/);
    expect((await from(address, '/runbooks', { key: other.key })).status).toBe(200);
  });

  it('that polls as no appliance has to is asked to come later, with a 503, for its client repeats after that', async () => {
    const box = await enrolBox(systemOf(stack));
    const { key } = await createKey(systemOf(stack), 'appliance', box.siteId);
    const poll = (n: number) => from(newAddress(), `/orders/${box.siteId}`, { key }, n);
    const answers = await Promise.all(Array.from({ length: 150 }, (_, n) => poll(n)));
    // Never more; each of the two gateways may be left with a lease that it did not use up.
    const passed = answers.filter(({ status }) => status === 200).length;
    expect([passed <= 120, passed >= 116], `${passed} passed`).toEqual([true, true]);
    expect(problemOf(answers.find(({ status }) => status !== 200)!)).toEqual([503, 'LIMIT.FLOODED']);
  });
});

describe('the limits', () => {
  it('can be read by an administrator, with addresses masked', async () => {
    const { key } = await createKey(systemOf(stack), 'administrator');
    const { status, body, text } = await from(newAddress(), '/limits', { key });
    expect(status, text).toBe(200);
    expect(body.limiter).toMatchObject({ available: true, degraded: false, failure_count: 0 });
    const failed = body.policies.find((one: { policy: string }) => one.policy === 'failed-requests');
    expect(failed).toMatchObject({ per: 'address', limit: 20, window_seconds: 900 });
    expect(failed.blocked).toBeGreaterThan(0);
    expect(body.top_violators).toContainEqual(expect.objectContaining({ subject: '198.51.100.0/24' }));
    expect(text).not.toMatch(/198\.51\.100\.[1-9]/);
    const metrics = await from(newAddress(), '/metrics', { key });
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(metrics.text).toMatch(/^rate_limit_requests_total\{policy="reads",status="blocked"\} \d+$/m);
    expect(metrics.text).toMatch(/^rate_limiter_degraded 0$/m);
    const auditor = await createKey(systemOf(stack), 'auditor');
    for (const path of ['/limits', '/metrics']) {
      expect(problemOf(await from(newAddress(), path, { key: auditor.key }))).toEqual([403, 'AUTH.SCOPE_MISSING']);
    }
  });

  it('fail closed while PostgreSQL is away, and come back by themselves', async () => {
    const address = newAddress();
    await stack.stopPostgres();
    try {
      const answers: Answer[] = [];
      for (let n = 0; n < 6; n += 1) answers.push(await from(address, '/runbooks'));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 503, 503, 503]);
      expect(problemOf(answers[5]!)).toEqual([503, 'LIMIT.DEGRADED']);
      expect(answers[5]!.body).toMatchObject({ reason: 'degraded_mode', retry_after: 30 });
      expect(answers[5]!.headers.get('retry-after')).toBe('30');
    } finally {
      await stack.startPostgres();
    }
    await until('the limiter is back', async () => (await from(newAddress(), '/runbooks')).status === 401, 20_000);
    const all = codes(await Promise.all(Array.from({ length: 25 }, (_, n) => guess(address, n))));
    expect(count(all, 'AUTH.INVALID_CREDENTIAL')).toBe(20);
  });
});

describe('behind a proxy that speaks TLS', () => {
  it('browsers are told to use nothing else, and pages of the listed origin only may call', async () => {
    const good = await from(newAddress(), '/health', { headers: { origin: 'https://console.example' } });
    expect(good.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(good.headers.get('access-control-allow-origin')).toBe('https://console.example');
    const evil = await from(newAddress(), '/health', { headers: { origin: 'https://evil.example' } });
    expect(evil.headers.get('access-control-allow-origin')).toBeNull();
  });
});
