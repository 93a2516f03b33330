import { chmod, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { expect, inject, vi } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { systemClock } from '@countersign/shared/kernel';
import { createTestDatabase, openClient } from '@countersign/shared/testing';
import { openVault, type Vault } from '@countersign/shared/vault';
import { leafOf } from '../src/domain/leaf.ts';
import { scrubOnce, type ScrubOnceOptions } from '../src/features/scrub/scrub-once.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { startEvidence, submitted } from './start-evidence.ts';
import { ledgerKey, someEvents, startPublisher } from './start-publisher.ts';

/** What the faults are done to. */
export interface Sealed {
  evidence_id: string;
  site_id: string;
  bundle_id: string;
  key: string;
  version_id: string;
  position: number;
}

/** Evidence with its ledger, all of it published, and a superuser who does what nobody may. */
export async function openScrubbed(vault: Vault, evidenceVault: Pick<Vault, 'put'> = vault) {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  const evidence = startEvidence(database.databaseUrl, evidenceVault);
  const admin = await openClient(database.adminUrl);
  await admin.query('set search_path = evidence');
  const reader = new LedgerReader(evidence.pool);
  const publishing = startPublisher(database.databaseUrl, vault);
  let told = 0;

  const append = (events: readonly EventEnvelope[]) => evidence.ledger.append(events.map(leafOf));

  const system = {
    databaseUrl: database.databaseUrl,
    evidence,
    admin,
    reader,
    append,
    /** Hands in bundles; they wait for their seal. */
    async accept(site_id: string, count: number): Promise<void> {
      const events = Array.from({ length: count }, () => submitted({ site_id }));
      await append(events);
      await evidence.record(events);
    },
    /** Seals what waits, and appends what is said of it, as late as the ledger gets it. */
    async seal(lagMs = 0): Promise<void> {
      while ((await evidence.seal(64)).claimed > 0);
      if (lagMs > 0) await delay(lagMs);
      const said = evidence.saidEvents('evidence.recorded.v1');
      await append(said.slice(told));
      told = said.length;
    },
    async publish(): Promise<void> {
      publishing.publisher.wake();
      const size = await reader.size();
      const covers = async () => expect((await reader.newestCheckpoint())?.size ?? 0).toBe(size);
      await vi.waitFor(covers, { timeout: 15_000, interval: 20 });
    },
    /** Three chains, an event with its data beside it, more than a tile of leaves in several checkpoints, bundles that wait. */
    async fill(): Promise<void> {
      for (const site of ['north', 'south', 'west']) {
        await system.accept(site, 6);
        await system.seal();
        await system.publish();
      }
      for (const count of [150, 90, 40]) {
        await append(someEvents(count, { subject: 'south' }));
        await system.publish();
      }
      await append(someEvents(1, { data: { text: 'x'.repeat(70_000) } }));
      await system.publish();
      await system.accept('north', 2);
      await system.publish();
      await publishing.publisher.stop();
      // As if it had all been confirmed.
      await admin.query('delete from outbox');
    },
    async sealed(site: string): Promise<Sealed[]> {
      const { rows } = await admin.query<Sealed>(
        `select evidence_id, site_id, bundle_id, key, version_id, position::int
         from seals join bundles using (evidence_id) where site_id = $1 order by position`,
        [site],
      );
      return rows;
    },
    scrub(options: Partial<ScrubOnceOptions> = {}) {
      return scrubOnce({ ...scrubSettings, on: evidence.pool, vault, ...options });
    },
    /**
     * What a round finds while the superuser has done this, which is undone afterwards: the round sees it from within
     * the superuser's own transaction.
     */
    async findAfter(...statements: string[]): Promise<string[]> {
      await admin.query('begin');
      try {
        await admin.query('set local session_replication_role = replica');
        for (const table of insertOnly) await admin.query(`alter table ${table} disable trigger insert_only`);
        await admin.query('alter table ledger_head disable trigger only_grows');
        for (const sql of statements) expect((await admin.query(sql)).rowCount, sql).not.toBe(0);
        return namesOf(await system.scrub({ on: admin as unknown as pg.PoolClient }));
      } finally {
        await admin.query('rollback');
      }
    },
    async close(): Promise<void> {
      await publishing.publisher.stop();
      await Promise.all([evidence.stop(), admin.end()]);
      await database.drop();
    },
  };
  return system;
}

const insertOnly = [
  'checkpoint_cosignatures',
  'checkpoint_timestamps',

  'bundles',
  'seals',
  'refusals',
  'retention_changes',
  'ledger_leaves',
  'ledger_tiles',
  'ledger_checkpoints',
];

export const scrubSettings = {
  log: { origin: ledgerKey.origin, publicKey: ledgerKey.publicKey },
  clock: systemClock,
  logger: { error: () => {} },
  graceMs: 0,
  confirmAfterMs: 0,
};

/** Kind and item of each finding. */
export const namesOf = ({ findings }: { findings: readonly { kind: string; item: string }[] }): string[] =>
  findings.map(({ kind, item }) => `${kind} ${item}`);

export interface DirectoryVault {
  vault: Vault;
  directory: string;
  /** What `look` finds while a file has other bytes, or is gone (undefined). */
  whileChanged<Value>(
    key: string,
    change: (bytes: Buffer) => Buffer | undefined,
    look: () => Promise<Value>,
  ): Promise<Value>;
  remove(): Promise<void>;
}

/** A vault whose disk belongs to somebody else. */
export async function openOwnedDirectory(): Promise<DirectoryVault> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-scrub-'));
  const vault = await openVault({ directory });
  return {
    vault,
    directory,
    async whileChanged(key, change, look) {
      const path = join(directory, key);
      const before = await readFile(path);
      // The end of its retention, which a vault reads by the millisecond.
      const until = new Date(Math.round((await stat(path)).mtimeMs));
      const after = change(Buffer.from(before));
      await chmod(path, 0o644);
      await (after === undefined ? rm(path) : writeFile(path, after));
      if (after !== undefined) await utimes(path, until, until);
      try {
        return await look();
      } finally {
        await writeFile(path, before);
        await utimes(path, until, until);
      }
    },
    async remove() {
      await vault.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const flipBit = (bytes: Buffer, at = bytes.length >> 1): Buffer => {
  bytes[at]! ^= 1;
  return bytes;
};
