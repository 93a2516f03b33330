import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import {
  isSameBytes,
  leafHash,
  openCheckpoint,
  proveConsistency,
  proveInclusion,
  type SignedCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/shared/ledger';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import { createCheckLedger } from '../src/features/rebuild-evidence/check-ledger.handler.ts';
import { refuseRollback } from '../src/features/publish-checkpoints/compare-with-vault.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { TileReader } from '../src/persistence/tile-reader.ts';
import { checkLedger } from './check-ledger.ts';
import { openTestVault, startEvidence, submitted, type TestVault } from './start-evidence.ts';
import { ledgerKey, someEvents } from './start-publisher.ts';
import { backUp, handIn, publishAll, rebuildOf, schemasOf, someBundles } from './start-rebuild.ts';

let database: TestDatabase;
let vault: TestVault;
let pools: Pool[];
beforeEach(async () => {
  pools = [];
  vault = await openTestVault();
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
  await vault.remove();
});

async function withPool<Value>(work: (pool: Pool) => Promise<Value>): Promise<Value> {
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'continue-spec', max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

const check = () => withPool((pool) => createCheckLedger({ pool, vault, key: ledgerKey })());
const newestCheckpoint = () =>
  withPool(async (pool) => {
    const { note } = (await new LedgerReader(pool).newestCheckpoint())!;
    return openCheckpoint(note, { ...ledgerKey, ed25519: nodeEd25519 });
  });

/** What an auditor took home: leaves with their proofs, under a signed checkpoint. */
async function takeProofs(checkpoint: SignedCheckpoint) {
  return withPool(async (pool) => {
    const leaves = await new LedgerReader(pool).readLeaves(0, checkpoint.size, 1e9);
    const tiles = new TileReader(pool);
    return Promise.all(
      leaves.map(async ({ index, text }) => ({
        index,
        size: checkpoint.size,
        root: checkpoint.root,
        leafHash: leafHash(Buffer.from(text), sha256),
        proof: await proveInclusion(index, checkpoint.size, tiles, sha256),
      })),
    );
  });
}

describe('after an old backup was restored', () => {
  it('the service refuses, `continue` brings it up to the vault, and nothing that was published changes', async () => {
    let evidence = startEvidence(database.databaseUrl, vault);
    await evidence.ledger.append(someEvents(200).map(leafOf));
    await handIn(evidence, someBundles(20, 2));
    await publishAll(database.databaseUrl, vault);
    const atBackup = await newestCheckpoint();
    const waiting = submitted({ site_id: 'clinic-0' }); // accepted before the backup, sealed after it
    await evidence.record([waiting]);
    await evidence.stop();
    const backup = await backUp(database);

    evidence = startEvidence(database.databaseUrl, vault);
    await evidence.seal(10);
    await handIn(evidence, [waiting, ...someBundles(80, 2)]);
    await publishAll(database.databaseUrl, vault);
    await evidence.stop();
    const last = await newestCheckpoint();
    const taken = [...(await takeProofs(atBackup)), ...(await takeProofs(last))];
    await backup.restore();

    expect(await check()).toMatchObject({
      verdict: 'behind',
      vault: { size: last.size },
      database: { published: atBackup.size },
    });
    await expect(withPool((pool) => refuseRollback(new LedgerReader(pool), vault))).rejects.toMatchObject({
      code: 'LEDGER.ROLLED_BACK',
    });

    // Somebody had the database restored under a service that ran on: it gave places that were taken.
    evidence = startEvidence(database.databaseUrl, vault);
    const late = submitted({ site_id: 'clinic-0' });
    await evidence.record([late]);
    const more = someEvents(5);
    await evidence.ledger.append([...more.map(leafOf), leafOf(late)]);
    await evidence.stop();
    await expect(publishAll(database.databaseUrl, vault)).rejects.toMatchObject({ code: 'LEDGER.ROLLED_BACK' });
    await expect(rebuildOf(database, vault).rebuild()).rejects.toMatchObject({ code: 'LEDGER.WOULD_LOSE' });

    const { certificate } = await rebuildOf(database, vault).continue();
    expect(certificate.lost).toEqual([]);
    expect(certificate.moved).toEqual(
      [...more, late].map(({ id }, at) => ({ id, from: atBackup.size + at, to: last.size + at })),
    );
    expect(certificate.adopted).toMatchObject([{ id: waiting.data.evidence_id }]);
    expect(certificate.rechained).toMatchObject([{ id: late.data.evidence_id }]);
    expect(await schemasOf(database.adminUrl)).toEqual(['evidence']);
    expect(await check()).toMatchObject({ verdict: 'consistent', database: { size: last.size + 6 } });

    evidence = startEvidence(database.databaseUrl, vault);
    expect(await evidence.seal(10)).toMatchObject({ sealed: 2 }); // `late`, and what the vault holds of `waiting`
    await handIn(evidence, [late, ...someBundles(10, 2)]);
    const size = await publishAll(database.databaseUrl, vault);
    expect(size).toBeGreaterThan(last.size + 6);
    expect(await evidence.checkChain('clinic-0')).toEqual({ links: 57, faults: [] });
    await checkLedger(evidence.pool, vault);
    await evidence.stop();

    // As the appliances see it: the next checkpoint continues each that they have seen.
    const now = await newestCheckpoint();
    await withPool(async (pool) => {
      const tiles = new TileReader(pool);
      for (const seen of [atBackup, last]) {
        const proof = await proveConsistency(seen.size, now.size, tiles, sha256);
        const claim = { from: seen.size, to: now.size, fromRoot: seen.root, toRoot: now.root, proof };
        expect(verifyConsistency(claim, sha256)).toBe(true);
      }
      for (const claim of taken) {
        expect(verifyInclusion(claim, sha256)).toBe(true);
        const again = await proveInclusion(claim.index, claim.size, tiles, sha256);
        expect(again.every((hash, at) => isSameBytes(hash, claim.proof[at]!))).toBe(true);
      }
    });
  });

  it('`continue` refuses a database that has signed another history', async () => {
    let evidence = startEvidence(database.databaseUrl, vault);
    await evidence.ledger.append(someEvents(10).map(leafOf));
    await evidence.stop();
    const backup = await backUp(database);
    evidence = startEvidence(database.databaseUrl, vault);
    await evidence.ledger.append(someEvents(10).map(leafOf));
    await evidence.stop();
    await publishAll(database.databaseUrl, vault);
    await backup.restore();

    const otherVault = await openTestVault();
    evidence = startEvidence(database.databaseUrl, otherVault);
    await evidence.ledger.append(someEvents(5).map(leafOf));
    await evidence.stop();
    await publishAll(database.databaseUrl, otherVault);
    await otherVault.remove();

    expect(await check()).toMatchObject({ verdict: 'differs' });
    for (const kind of ['continue', 'rebuild'] as const)
      await expect(rebuildOf(database, vault)[kind]({ acceptLoss: true })).rejects.toMatchObject({
        code: 'LEDGER.NOT_PROVED',
        message: expect.stringContaining('another root') as string,
      });
    expect(await schemasOf(database.adminUrl)).toEqual(['evidence']);
  });

  it('has nothing to do where the database is as new as the vault, and changes nothing', async () => {
    const evidence = startEvidence(database.databaseUrl, vault);
    await handIn(evidence, someBundles(5));
    await publishAll(database.databaseUrl, vault);
    await evidence.record(someBundles(3));
    await evidence.stop();
    const { certificate } = await rebuildOf(database, vault).continue();
    expect(certificate).toMatchObject({ lost: [], moved: [], rechained: [] });
    expect(certificate.tables.filter(({ before, after }) => before?.sha256 !== after.sha256)).toEqual([]);
    expect(certificate.notRebuilt).toContainEqual({ table: 'seal_queue', before: 3, after: 3 });
  });
});
