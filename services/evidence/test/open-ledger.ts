import { expect, inject, vi } from 'vitest';
import { createTestDatabase, openClient } from '@countersign/shared/testing';
import { leafOf } from '../src/domain/leaf.ts';
import { checkpointPrefix } from '../src/domain/ledger-keys.ts';
import type { PublisherOptions } from '../src/features/publish-checkpoints/publisher.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { openTestVault, startEvidence } from './start-evidence.ts';
import { someEvents, startPublisher } from './start-publisher.ts';

export const patience = { timeout: 15_000, interval: 20 };

/** A ledger of its own, with a vault of its own, and a superuser who does what nobody may. */
export async function openLedger() {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  const vault = await openTestVault();
  const evidence = startEvidence(database.databaseUrl, vault);
  const admin = await openClient(database.adminUrl);
  const reader = new LedgerReader(evidence.pool);
  const running: ReturnType<typeof startPublisher>[] = [];
  const published = async () => (await reader.newestCheckpoint())?.size ?? 0;

  async function byForce(...statements: string[]): Promise<void> {
    await admin.query('set search_path = evidence; set session_replication_role = replica');
    const tables = ['ledger_leaves', 'ledger_tiles', 'ledger_checkpoints'];
    for (const table of tables) await admin.query(`alter table ${table} disable trigger insert_only`);
    for (const sql of statements) await admin.query(sql);
    for (const table of tables) await admin.query(`alter table ${table} enable always trigger insert_only`);
    await admin.query('set session_replication_role = origin');
  }

  return {
    vault,
    evidence,
    reader,
    published,
    byForce,
    append: (count: number, changes: object = {}) => evidence.ledger.append(someEvents(count, changes).map(leafOf)),
    covers: (size: number) => vi.waitFor(async () => expect(await published()).toBe(size), patience),
    start(into: PublisherOptions['vault'] = vault, options: Partial<PublisherOptions> = {}) {
      const one = startPublisher(database.databaseUrl, into, options);
      running.push(one);
      return one;
    },
    /** Keys of everything that was ever signed. */
    async signed() {
      const keys: string[] = [];
      for await (const key of vault.listKeys(checkpointPrefix)) keys.push(key);
      return keys;
    },
    /** Cuts the connection of whoever leads, as a restart of PostgreSQL or the death of the process does. */
    cutLeader: () =>
      admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'countersign-evidence-ledger' and datname = current_database()`,
      ),
    /** The database as a backup had it: this many leaves, the newest checkpoint at most that large. */
    restore: (leaves: number, checkpoint: number) =>
      byForce(
        `delete from ledger_leaves where leaf_index >= ${leaves}`,
        `delete from ledger_checkpoints where size > ${checkpoint}`,
        `delete from ledger_tiles where (index + 1) * 256 ^ (level + 1) > ${checkpoint}`,
        `update ledger_head set size = ${leaves}`,
      ),
    async close() {
      await Promise.all(running.map(({ publisher }) => publisher.stop()));
      await Promise.all([evidence.stop(), admin.end()]);
      await vault.remove();
      await database.drop();
    },
  };
}

export type OpenLedger = Awaited<ReturnType<typeof openLedger>>;
