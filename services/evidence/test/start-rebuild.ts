import { fileURLToPath } from 'node:url';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { systemClock } from '@countersign/shared/kernel';
import { createPool, migrateAll, type Pool } from '@countersign/shared/persistence';
import type { TestDatabase } from '@countersign/shared/testing';
import type { Vault } from '@countersign/shared/vault';
import { vi } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import {
  createRebuildEvidence,
  type RebuildOptions,
  type RebuildWishes,
} from '../src/features/rebuild-evidence/rebuild-evidence.handler.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { rebuiltTables } from '../src/persistence/rebuild/rebuilt-tables.ts';
import { digestTable, type TableDigest } from '../src/persistence/rebuild/table-digests.ts';
import { type Evidence, submitted } from './start-evidence.ts';
import { ledgerKey, startPublisher } from './start-publisher.ts';

const migrationsFolder = fileURLToPath(new URL('../src/persistence/migrations', import.meta.url));

/** Rebuilds the database as the command does; what it says is kept. */
export function rebuildOf(
  { adminUrl, databaseUrl }: Pick<TestDatabase, 'adminUrl' | 'databaseUrl'>,
  vault: RebuildOptions['vault'],
  options: Partial<RebuildOptions> = {},
) {
  const lines: string[] = [];
  const run = createRebuildEvidence({
    vault,
    key: ledgerKey,
    adminUrl,
    databaseUrl,
    migrate: (schema) =>
      migrateAll({ adminUrl, services: [{ name: 'evidence', schema, databaseUrl, migrationsFolder }] }),
    machine: 'here',
    clock: systemClock,
    progress: (line) => void lines.push(line),
    ...options,
  });
  const wish = (kind: RebuildWishes['kind'], wishes: Partial<RebuildWishes> = {}) =>
    run({ kind, acceptLoss: false, keepOld: false, ...wishes });
  return {
    lines,
    rebuild: (wishes?: Partial<RebuildWishes>) => wish('rebuild', wishes),
    continue: (wishes?: Partial<RebuildWishes>) => wish('continue', wishes),
  };
}

/** Rows and digest of every table that comes back, as `schema` has them. */
export async function digestsOf(adminUrl: string, schema = 'evidence') {
  return withAdmin(adminUrl, async (pool) => {
    const digests: Record<string, TableDigest> = {};
    for (const table of rebuiltTables) digests[table.name] = (await digestTable(pool, schema, table))!;
    return digests;
  });
}

export async function schemasOf(adminUrl: string): Promise<string[]> {
  return withAdmin(adminUrl, async (pool) => {
    const { rows } = await pool.query<{ name: string }>(
      `select nspname as name from pg_namespace where nspname like 'evidence%' order by 1`,
    );
    return rows.map((row) => row.name);
  });
}

export async function withAdmin<Value>(adminUrl: string, work: (pool: Pool) => Promise<Value>): Promise<Value> {
  const pool = createPool({ databaseUrl: adminUrl, applicationName: 'rebuild-spec', max: 1 });
  try {
    await pool.query('set search_path = evidence');
    await pool.query(`set timezone = 'UTC'`);
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Hands bundles in as the gateway would, has them recorded and sealed, and every event of it sequenced. */
export async function handIn(evidence: Evidence, events: readonly EventEnvelope<'gateway.evidence-submitted.v1'>[]) {
  const before = evidence.published.length;
  for (let at = 0; at < events.length; at += 200) {
    const some = events.slice(at, at + 200);
    await evidence.record(some);
    while ((await evidence.seal(200)).sealed > 0);
    await evidence.ledger.append(some.map(leafOf));
  }
  const said = evidence.published.slice(before).flatMap(({ payload }) => JSON.parse(payload) as EventEnvelope[]);
  for (let at = 0; at < said.length; at += 200) await evidence.ledger.append(said.slice(at, at + 200).map(leafOf));
  await evidence.pool.query('update outbox set published_at = now() where published_at is null');
}

export const someBundles = (count: number, sites = 7) =>
  Array.from({ length: count }, (_, index) =>
    submitted({ site_id: `clinic-${index % sites}`, channel: index % 3 === 0 ? 'upload' : 'json' }),
  );

/** Publishes what waits. Returns the newest size; throws what the publisher refuses with. */
export async function publishAll(databaseUrl: string, vault: Vault): Promise<number> {
  const { publisher, refused } = startPublisher(databaseUrl, vault);
  const pool = createPool({ databaseUrl, applicationName: 'rebuild-spec', max: 1 });
  const reader = new LedgerReader(pool);
  try {
    const published = await vi.waitFor(
      async () => {
        const [size, newest] = [await reader.size(), await reader.newestCheckpoint()];
        if (refused.length > 0) return undefined;
        if ((newest?.size ?? 0) !== size) throw new Error('not published yet');
        return size;
      },
      { timeout: 15_000, interval: 50 },
    );
    if (published === undefined) throw refused[0]!;
    return published;
  } finally {
    await publisher.stop();
    await pool.end();
  }
}

/** A copy of the database as it is, and how to have it back. Nobody may be connected. */
export async function backUp({ adminUrl, databaseUrl }: TestDatabase): Promise<{ restore(): Promise<void> }> {
  const name = new URL(adminUrl).pathname.slice(1);
  const server = new URL(adminUrl);
  server.pathname = '/postgres';
  const run = async (...statements: string[]): Promise<void> => {
    const pool = createPool({ databaseUrl: server.href, applicationName: 'rebuild-spec', max: 1 });
    await pool.query('set statement_timeout = 0');
    for (const statement of statements) await pool.query(statement);
    await pool.end();
  };
  await run(
    `alter database ${name} connection limit 0`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    `create database ${name}_backup template ${name}`,
    `alter database ${name} connection limit -1`,
  );
  return {
    async restore() {
      await run(
        `drop database ${name} with (force)`,
        `create database ${name} template ${name}_backup`,
        `drop database ${name}_backup`,
      );
      // Settings of a role in a database do not come with its copy.
      await migrateAll({ adminUrl, services: [{ name: 'evidence', databaseUrl, migrationsFolder }] });
    },
  };
}
