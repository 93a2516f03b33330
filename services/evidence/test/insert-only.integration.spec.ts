import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, openClient, type TestDatabase } from '@countersign/shared/testing';
import { type Evidence, openTestVault, startEvidence, submitted, type TestVault } from './start-evidence.ts';

let database: TestDatabase;
let vault: TestVault;
let evidence: Evidence;
let admin: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  vault = await openTestVault();
  evidence = startEvidence(database.databaseUrl, vault);
  admin = await openClient(database.adminUrl);
});

afterAll(async () => {
  await Promise.all([evidence?.stop(), admin?.end()]);
  await vault?.remove();
  await database?.drop();
});

describe('what is evidence', () => {
  /** A column of each table. */
  const columnOf = {
    bundles: 'recorded_at',
    seals: 'sealed_at',
    refusals: 'refused_at',
    ledger_leaves: 'recorded_at',
    ledger_tiles: 'root',
    ledger_checkpoints: 'published_at',
  };
  const tables = Object.keys(columnOf) as (keyof typeof columnOf)[];

  it.each(tables)('cannot be changed in %s by the service: it has no such right', async (table) => {
    for (const sql of [`update ${table} set ${columnOf[table]} = null`, `delete from ${table}`, `truncate ${table}`])
      await expect(evidence.pool.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(tables)('cannot be changed in %s by a superuser either, nor under cover of replication', async (table) => {
    for (const role of ['origin', 'replica']) {
      await admin.query(`set session_replication_role = ${role}`);
      for (const sql of [`delete from evidence.${table}`, `truncate evidence.${table} cascade`]) {
        await expect(admin.query(sql)).rejects.toMatchObject({ code: '23001' });
      }
    }
    await expect(admin.query(`update evidence.${table} set ${columnOf[table]} = null`)).rejects.toThrow(/insert-only/);
    await admin.query('set session_replication_role = origin');
  });

  it('has a ledger that can only grow, for the service as for a superuser', async () => {
    for (const client of [evidence.pool, admin])
      for (const sql of ['update evidence.ledger_head set size = size - 1', 'delete from evidence.ledger_head'])
        await expect(client.query(sql)).rejects.toThrow(/only grows/);
  });

  it('is missed when somebody takes it out with force', async () => {
    const events = Array.from({ length: 5 }, () => submitted({ site_id: 'cut' }));
    await evidence.record(events);
    await admin.query('alter table evidence.bundles disable trigger insert_only');
    await admin.query(`delete from evidence.bundles where site_id = 'cut' and position = 3`);
    await admin.query(
      `update evidence.bundles set recorded_at = recorded_at - interval '1 hour' where site_id = 'cut' and position = 5`,
    );
    await admin.query('alter table evidence.bundles enable always trigger insert_only');
    const { faults } = await evidence.checkChain('cut');
    expect(faults.map(({ kind, position }) => [kind, position])).toEqual([
      ['gap', 3],
      ['wrong-hash', 5],
      ['time-goes-back', 5],
    ]);
    expect(faults[1]!.bundle_id).toBe(events[4]!.data.bundle_id);
  });
});
