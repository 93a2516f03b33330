import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Pool } from 'pg';
import { createPool } from './create-pool.ts';
import { runInTransaction } from './run-in-transaction.ts';

let pool: Pool;

beforeAll(() => {
  pool = createPool({ databaseUrl: inject('adminDatabaseUrl'), applicationName: 'transaction-spec', max: 1 });
});

afterAll(() => pool?.end());

describe('runInTransaction', () => {
  it('survives a connection that dies between two statements, says unavailable, and replaces it', async () => {
    const killed = runInTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const killer = createPool({ databaseUrl: inject('adminDatabaseUrl'), applicationName: 'killer', max: 1 });
      const died = new Promise((resolve) => client.once('error', resolve));
      await killer.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
      await died;
      await killer.end();
      await client.query('select 1');
    });
    await expect(killed).rejects.toMatchObject({ code: 'DATABASE.UNAVAILABLE', kind: 'unavailable' });
    expect(await runInTransaction(pool, async (client) => (await client.query('select 1 as one')).rows)).toEqual([
      { one: 1 },
    ]);
  });

  it('leaves nothing behind when the work throws', async () => {
    const failed = runInTransaction(pool, async (client) => {
      await client.query('create table left_behind (x int)');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const { rows } = await pool.query(`select to_regclass('left_behind') as table`);
    expect(rows).toEqual([{ table: null }]);
  });
});
