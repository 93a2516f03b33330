import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createPool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { NonceRepository } from '../src/persistence/nonce.repository.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'nonces-spec', max: 4 });
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

describe('nonces', () => {
  it('are taken once per batch and for ever after, in order, and by one of two that come at once', async () => {
    const repository = new NonceRepository(pool);
    const created = Math.floor(Date.now() / 1_000);
    const claim = (byte: string) => ({ digest: byte.repeat(32), created });
    expect(await repository.claim([claim('a1'), claim('a2'), claim('a1')])).toEqual([true, true, false]);
    expect(await repository.claim([claim('a3'), claim('a2')])).toEqual([true, false]);
    const many = Array.from({ length: 200 }, (_, n) => claim(n.toString(16).padStart(2, '0')));
    const answers = await Promise.all([repository.claim(many), repository.claim(many.toReversed())]);
    const wins = answers[0].map((won, n) => Number(won) + Number(answers[1].toReversed()[n]));
    expect(wins.filter((n) => n > 1)).toEqual([]);
    expect(wins.filter((n) => n === 1).length).toBeGreaterThan(190);
  });

  it('are forgotten when they lie twenty minutes away, and not before', async () => {
    const repository = new NonceRepository(pool);
    const now = Math.floor(Date.now() / 1_000);
    const ages = [-601, -1, 0, 601, 1_200].map((age) => ({
      digest: (age + 5_000).toString(16).padStart(64, '0'),
      created: now - age,
    }));
    const farthest = { digest: 'fe'.repeat(32), created: now - 1_800 };
    await repository.claim([...ages, farthest]);
    await repository.forget();
    await repository.forget();
    expect(await repository.claim(ages)).toEqual(ages.map(() => false));
    expect(await repository.claim([farthest])).toEqual([true]);
  });

  it('cannot be given back by the service', async () => {
    await expect(pool.query('delete from request_nonces')).rejects.toThrow(/permission denied/);
    await expect(pool.query('delete from request_nonces_0')).rejects.toThrow(/permission denied/);
    await expect(pool.query('truncate request_nonces')).rejects.toThrow(/permission denied/);
    await expect(pool.query('update request_nonces set slot = 1')).rejects.toThrow(/permission denied/);
  });
});
