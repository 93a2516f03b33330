import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LimitPolicyName } from '@countersign/shared/contracts';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { Leases } from '../src/features/limit-requests/leases.ts';
import { type Limits, openLimits } from '../src/features/limit-requests/open-limits.ts';
import { LimitRepository } from '../src/persistence/limit.repository.ts';
import { limiterOn as openLimiter, logger, openPool, passed, policy, times } from './open-limiter.ts';

let database: TestDatabase;
/** As four gateways have them. */
let pools: Pool[];
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pools = Array.from({ length: 4 }, () => openPool(database.databaseUrl));
});
afterAll(async () => {
  await Promise.all(pools?.map((pool) => pool.end()) ?? []);
  await database?.drop();
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const repositoryOn = (pool: Pool) => new LimitRepository(pool, database.databaseUrl, 'failed-requests', logger);

function limiterOn(pool: Pool) {
  const opened = openLimiter(pool, database.databaseUrl);
  ends.push(() => opened.health.close());
  return opened;
}

/** Moves what was counted into the past. */
const age = (subject: string, seconds: number) =>
  pools[0]!.query(
    `update limit_hits set hits = array(select h - $2 * interval '1 second' from unnest(hits) h), decided_at = decided_at - $2 * interval '1 second' where subject = $1`,
    [subject, seconds],
  );

describe('a limit that four gateways count together', () => {
  it.each([10, 100, 101, 600])('lets exactly %i of a burst pass', async (limit) => {
    const reads = policy('reads', limit, 60);
    const limiters = pools.map((pool) => limiterOn(pool).limiter);
    const verdicts = await times(4 * limit, (index) => limiters[index % 4]!.take(reads, `burst-${limit}`));
    expect(passed(verdicts)).toBe(limit);
    const used = verdicts.filter(({ isAllowed }) => isAllowed).map((verdict) => verdict.used);
    expect(used.toSorted((a, b) => a - b)).toEqual(Array.from({ length: limit }, (_, index) => index + 1));
  });

  it('lets exactly ten pass when they come one after another', async () => {
    const { limiter } = limiterOn(pools[0]!);
    const verdicts = [];
    for (let n = 0; n < 14; n += 1) verdicts.push(await limiter.take(policy('reads', 10, 60), 'row'));
    expect(verdicts.map(({ isAllowed }) => isAllowed)).toEqual([...Array(10).fill(true), ...Array(4).fill(false)]);
  });

  it('counts in any window, not from a clock edge', async () => {
    const { limiter } = limiterOn(pools[0]!);
    const reads = policy('reads', 3, 300);
    for (const seconds of [199.5, 99, 0]) {
      expect((await limiter.take(reads, 'edge')).isAllowed).toBe(true);
      await age('edge', seconds === 0 ? 1 : seconds - (seconds === 199.5 ? 99 : 0));
    }
    await age('edge', 298.4 - 100.5 - 99 - 1);
    const early = await limiter.take(reads, 'edge');
    expect(early.isAllowed).toBe(false);
    expect(early.resetSeconds).toBeGreaterThan(0);
    await age('edge', early.resetSeconds! + 0.001);
    expect((await limiter.take(reads, 'edge')).isAllowed).toBe(true);
    expect((await limiter.take(reads, 'edge')).isAllowed).toBe(false);
  });

  it('never lets more than the limit pass in any window, however the moments fall', async () => {
    const reads = policy('reads', 150, 1);
    const limiters = pools.map((pool) => limiterOn(pool).limiter);
    const moments: number[] = [];
    const until = performance.now() + 2_500;
    await times(8, async (index) => {
      while (performance.now() < until) {
        const before = performance.now();
        if ((await limiters[index % 4]!.take(reads, 'any-window')).isAllowed) moments.push(before);
      }
    });
    const sorted = moments.toSorted((a, b) => a - b);
    // The store decided after `before`: what it kept apart by a second may look a round trip closer here.
    const most = Math.max(...sorted.map((start) => sorted.filter((at) => at >= start && at < start + 950).length));
    expect(most).toBeLessThanOrEqual(150);
    expect(sorted.length).toBeGreaterThan(250);
  });

  it('believes the clock of the database: hits of the future, after it was set back, still count', async () => {
    const { limiter } = limiterOn(pools[0]!);
    const reads = policy('reads', 2, 60);
    await limiter.take(reads, 'clock');
    await age('clock', -3_600);
    expect(await limiter.take(reads, 'clock')).toMatchObject({ isAllowed: true, used: 2 });
    expect((await limiter.take(reads, 'clock')).isAllowed).toBe(false);
  });

  it('keeps its row small', async () => {
    const { limiter } = limiterOn(pools[0]!);
    for (let n = 0; n < 40; n += 1) await times(50, () => limiter.take(policy('reads', 100_000, 60), 'small'));
    const { rows } = await pools[0]!.query(
      `select cardinality(hits) as moments, used from limit_hits where subject = 'small'`,
    );
    expect(rows[0].used).toBe(2_000);
    expect(rows[0].moments).toBeLessThanOrEqual(102);
  });

  it('counts each policy and each subject by itself, in one statement', async () => {
    const { limiter } = limiterOn(pools[0]!);
    const verdicts = await Promise.all([
      limiter.take(policy('reads', 1, 60), 'separate'),
      limiter.take(policy('changes', 1, 60), 'separate'),
      limiter.take(policy('reads', 1, 60), 'separate-2'),
      limiter.take(policy('reads', 1, 60), 'separate'),
    ]);
    expect(verdicts.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, false]);
  });

  it('is deleted when it no longer counts, and not before', async () => {
    const { limiter } = limiterOn(pools[0]!);
    await limiter.take(policy('reads', 5, 10), 'old');
    const repository = repositoryOn(pools[0]!);
    const known = async () => (await pools[0]!.query(`select from limit_hits where subject = 'old'`)).rowCount;
    await age('old', 65);
    await repository.forget(1_000);
    expect(await known()).toBe(1);
    await age('old', 6);
    await repository.forget(1_000);
    expect(await known()).toBe(0);
  });
});

describe('a limit that is leased', () => {
  it('stays a bound where a part is kept apart for those who come now and then', async () => {
    const flood = policy('appliance-requests', 2_400, 60);
    const gateways = pools.map((pool) => new Leases(limiterOn(pool).limiter));
    const verdicts = await times(9_600, async (index) => {
      const verdict = await gateways[index % 4]!.take(flood, 'two-parts');
      return { isAllowed: verdict?.isAllowed ?? true };
    });
    expect(passed(verdicts)).toBe(2_160 + 4 * 20);
    const { rows } = await pools[0]!.query(
      `select sum(used)::int as used from limit_hits where subject like 'two-parts%'`,
    );
    expect(rows[0].used).toBeLessThanOrEqual(2_400);
  });

  it('never lets more pass than the limit, over all gateways, and asks a few times only', async () => {
    const flood = policy('appliance-requests', 600, 60);
    let asked = 0;
    const gateways = pools.map((pool) => {
      const { limiter } = limiterOn(pool);
      return new Leases({
        claim: (...claim) => {
          asked += 1;
          return limiter.claim(...claim);
        },
        takeAlone: (...alone) => limiter.takeAlone(...alone),
      });
    });
    const verdicts = await times(2_400, async (index) => {
      const verdict = await gateways[index % 4]!.take(flood, 'leased');
      return { isAllowed: verdict?.isAllowed ?? true };
    });
    expect(passed(verdicts)).toBe(600);
    expect(asked).toBeLessThanOrEqual(600 / 10 + 4 * 2);
    // What was taken in advance counts until a window after the lease.
    await age('leased', 61);
    expect(await gateways[0]!.take(flood, 'leased')).toMatchObject({ isAllowed: false });
    await age('leased', 60);
    expect(await gateways[0]!.take(flood, 'leased')).toMatchObject({ isAllowed: true });
  });
});

describe('an address that keeps failing', () => {
  const openOn = (pool: Pool, limit = 5): Limits => {
    const of = (name: LimitPolicyName) => policy(name, limit, 900);
    const policies = { 'failed-requests': of('failed-requests'), reads: of('reads') } as Limits['policies'];
    const limits = openLimits(policies, repositoryOn(pool), logger);
    ends.push(() => limits.close());
    return limits;
  };

  it('is answered exactly as often as the limit says, and then turned away by every gateway at once', async () => {
    const gateways = pools.map((pool) => openOn(pool));
    await delay(200);
    const address = '203.0.113.7';
    const answers = await times(40, (index) => gateways[index % 4]!.addresses.countFailure(address));
    expect(answers.filter((refusal) => refusal === undefined)).toHaveLength(5);
    expect(answers.filter((refusal) => refusal?.code === 'LIMIT.EXCEEDED')).toHaveLength(35);
    for (const { addresses } of gateways) {
      await expect.poll(() => addresses.refusalOf(address)?.code).toBe('LIMIT.EXCEEDED');
      expect(addresses.refusalOf('203.0.113.8')).toBeUndefined();
      expect(addresses.refusalOf(address)!.retryAfterSeconds).toBeGreaterThan(890);
    }
  });

  it('is told to gateways that it never called', async () => {
    const [called, other] = [openOn(pools[0]!), openOn(pools[1]!)];
    await delay(200);
    await times(5, () => called.addresses.countFailure('203.0.113.11'));
    await expect.poll(() => other.addresses.refusalOf('203.0.113.11')?.code).toBe('LIMIT.EXCEEDED');
  });

  it('stays blocked for a gateway that starts later', async () => {
    const first = openOn(pools[0]!);
    await times(6, () => first.addresses.countFailure('203.0.113.9'));
    const late = openOn(pools[1]!);
    await expect.poll(() => late.addresses.refusalOf('203.0.113.9')?.code).toBe('LIMIT.EXCEEDED');
  });
});
