import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from './harness/box.ts';
import { problemOf } from './harness/expect-answer.ts';

const system = inject('system');
const fresh = () => ({ check_type: randomUUID() });

describe('ten incidents of a site in the window', () => {
  let box: Box;
  const key = { 'idempotency-key': randomUUID() };

  beforeAll(async () => {
    box = await enrolBox(system);
    const first = await box.incident({}, { headers: key });
    expect(first.headers.get('ratelimit-limit')).toBe('10');
    expect(first.headers.get('ratelimit-remaining')).toBe('9');
  });

  it('are counted together by all gateways: of twelve more at once nine pass', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => box.incident(fresh(), { gateway: n })));
    const statuses = answers.map((answer) => answer.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...Array<number>(9).fill(200), 429, 429, 429]);
    const left = answers
      .filter(({ status }) => status === 200)
      .map(({ headers }) => headers.get('ratelimit-remaining'));
    expect(left.map(Number).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('leave none: the next is told when to come again', async () => {
    const answer = await box.incident(fresh());
    expect(problemOf(answer)).toEqual([429, 'GATEWAY.RATE_LIMITED']);
    const wait = Number(answer.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(200);
    expect(wait).toBeLessThanOrEqual(300);
    const limits = ['limit', 'remaining', 'reset'].map((name) => answer.headers.get(`ratelimit-${name}`));
    expect(limits).toEqual(['10', '0', String(wait)]);
  });

  it('may be repeated for nothing', async () => {
    const again = await box.incident({}, { headers: key, gateway: 1 });
    expect([again.status, again.body.order_id]).toEqual([200, expect.any(String)]);
  });

  it('leave drifts, polls, check-ins and evidence alone', async () => {
    const bundle = box.sign(box.bundle());
    const answers = [await box.drift(), await box.orders(), await box.send('/evidence', { body: bundle })];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(answers[0]!.headers.get('ratelimit-remaining')).toBe('9');
  });

  it('are those of one site only, whatever host of it reports', async () => {
    const neighbour = await enrolBox(system);
    const sibling = await enrolBox(system, { siteId: box.siteId, hostId: 'box-2' });
    expect((await neighbour.incident()).status).toBe(200);
    expect((await sibling.incident(fresh())).status).toBe(429);
  });
});
