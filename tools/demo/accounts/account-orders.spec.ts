import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoBox } from '../fleet/open-box.ts';
import { accountOrders } from './account-orders.ts';
import { newTally, type SeenOrder } from './tally.ts';

const bundle = (position: number, order_id: string, outcome: string) => ({
  bundle_id: `b-${position}`,
  evidence_id: `01900000-0000-7000-8000-00000000000${position}`,
  position,
  check_type: 'backup',
  outcome,
  timestamp_start: '2026-01-10T12:00:00Z',
  timestamp_end: '2026-01-10T12:00:00Z',
  hipaa_controls: [],
  order_id,
  state: 'ledgered',
  s3_uri: 'vault://a',
  accepted_at: '2026-01-10T12:00:00Z',
  stored_at: '2026-01-10T12:00:01Z',
  sealed_at: '2026-01-10T12:00:01Z',
  ledgered_at: '2026-01-10T12:00:02Z',
  link_hash: 'ab'.repeat(32),
  signature: null,
});
const [done, taken, refused] = ['a', 'b', 'c'].map((digit) => digit.repeat(16)) as [string, string, string];
const all = [bundle(1, done, 'success'), bundle(2, taken, 'reverted'), bundle(3, refused, 'rejected')];

/** What the server of a test says. */
let evidence = all;
let states: Record<string, number> = {};
let waiting = 0;
let server: Server;
let box: DemoBox;

beforeAll(async () => {
  server = createServer((request, response) => {
    const page = { site_id: 's', evidence, count: evidence.length };
    const integrity = { open_faults: 0, walked_at: null };
    const stats = { active_appliances: 1, incidents_24h: {}, resolution_tiers_7d: {}, evidence_24h: {}, integrity };
    const answers: [string, object][] = [
      ['/evidence/', page],
      ['/orders/', { site_id: 's', orders: [], count: waiting, next: null }],
      ['/stats', { ...stats, orders_24h: states, timestamp: '2026-01-10T12:00:00Z' }],
    ];
    const [, body] = answers.find(([path]) => request.url!.startsWith(path))!;
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  box = { siteId: 's', hostId: 'box-1', gatewayUrl, apiKey: 'k' } as DemoBox;
});
afterAll(() => void server.close());

async function account(says: { evidence?: typeof all; states?: Record<string, number>; waiting?: number } = {}) {
  evidence = says.evidence ?? all;
  states = says.states ?? { completed: 1, failed: 2, pending: 0 };
  waiting = says.waiting ?? 0;
  const tally = newTally();
  const see = (fate: SeenOrder['fate']): SeenOrder => {
    return { siteId: 's', incidentId: 'i', traceId: null, sealedAfterMs: null, isPlain: true, fate };
  };
  tally.orders.set(done, see('completed')).set(taken, see('failed')).set(refused, see('refused'));
  return accountOrders([box], tally, 0);
}

describe('the account of the orders', () => {
  it('is balanced when each has ended as its box saw it', async () => {
    expect(await account()).toEqual({
      issued: 3,
      completed: 1,
      failed: 1,
      refused: 1,
      open: 0,
      evidence: 3,
      problems: [],
    });
  });

  it.each([
    ['an order has no evidence', { evidence: all.slice(0, 2), states: { completed: 1, failed: 1 } }, /no evidence/],
    [
      'an order ended otherwise than its box saw',
      { evidence: [bundle(1, done, 'rejected'), ...all.slice(1)] },
      /has refused/,
    ],
    ['an order still waits', { waiting: 1 }, /1 orders still wait/],
    ['the orders service counts one as expired', { states: { completed: 1, failed: 1, expired: 1 } }, /expired/],
    ['a bundle is not sealed', { evidence: all.with(0, { ...all[0]!, sealed_at: null as never }) }, /not sealed/],
    ['the chain has a gap', { evidence: all.with(2, bundle(4, refused, 'rejected')) }, /gap/],
  ])('is not when %s', async (_what, says, problem) => {
    const { problems } = await account(says);
    expect(problems).toContainEqual(expect.stringMatching(problem));
  });
});
