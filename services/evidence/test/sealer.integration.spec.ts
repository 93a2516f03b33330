import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { Sealer } from '../src/features/seal-bundles/sealer.ts';
import { type Evidence, openTestVault, startEvidence, submitted, type TestVault, vaultDown } from './start-evidence.ts';

let database: TestDatabase;
let vault: TestVault;
let evidence: Evidence;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  vault = await openTestVault();
  evidence = startEvidence(database.databaseUrl, vault);
});

afterAll(async () => {
  await evidence?.stop();
  await vault?.remove();
  await database?.drop();
});

const record = (count: number) => evidence.record(Array.from({ length: count }, () => submitted({ site_id: 'loop' })));

async function sealed(): Promise<number> {
  const { rows } = await evidence.pool.query<{ count: number }>('select count(*)::int from seals');
  return rows[0]!.count;
}

describe('the sealer', () => {
  it('works by itself, waits out a vault that is down, and warns of bundles that wait for long', async () => {
    const lines: string[] = [];
    const logger = createLogger({ service: 'evidence', destination: { write: (line) => void lines.push(line) } });
    const said = (text: string) => lines.filter((line) => line.includes(text)).length;
    const options = { sealBundles: evidence.seal, oldest: () => evidence.queue.oldest(), logger };
    const sealer = new Sealer({ ...options, idleMs: 20, lateAfterSeconds: 0, lookAtAgeEveryMs: 20 });
    vault.failure = vaultDown();
    sealer.start();
    await record(40);
    sealer.wake();
    await vi.waitFor(() => expect(said('bundles wait for their seal')).toBeGreaterThan(0), 10_000);
    vault.failure = undefined;
    await vi.waitFor(async () => expect(await sealed()).toBe(40), 10_000);
    expect([said('cannot be written to'), said('the vault is back')]).toEqual([1, 1]);
    await record(1);
    sealer.wake();
    await vi.waitFor(async () => expect(await sealed()).toBe(41), 10_000);
    await sealer.stop();
    expect(sealer.progress().stalled).toBe(false);
  });
});
