import { sha256 } from '@countersign/shared/crypto';
import { verifyInclusion } from '@countersign/shared/ledger';
import type { TestDatabase } from '@countersign/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import { createCheckLedger } from '../src/features/rebuild-evidence/check-ledger.handler.ts';
import { refuseRollback } from '../src/features/publish-checkpoints/compare-with-vault.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { checkLedger } from './check-ledger.ts';
import { openStores, openTestVault, startEvidence, submitted, type TestVault } from './start-evidence.ts';
import { ledgerKey, someEvents } from './start-publisher.ts';
import { backUp, handIn, publishAll, rebuildOf, schemasOf, someBundles } from './start-rebuild.ts';
import { isBeginning, newestCheckpoint, takeProofs, withDatabase } from './take-proofs.ts';

let database: TestDatabase;
let vault: TestVault;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ database, vault, remove } = await openStores());
});
afterEach(() => remove());

const check = () => withDatabase(database.databaseUrl, (pool) => createCheckLedger({ pool, vault, key: ledgerKey })());

describe('after an old backup was restored', () => {
  it('the service refuses, `continue` brings it up to the vault, and nothing that was published changes', async () => {
    let evidence = startEvidence(database.databaseUrl, vault);
    await evidence.ledger.append(someEvents(200).map(leafOf));
    await handIn(evidence, someBundles(20, 2));
    await publishAll(database.databaseUrl, vault);
    const atBackup = await newestCheckpoint(database.databaseUrl);
    const waiting = submitted({ site_id: 'clinic-0' }); // accepted before the backup, sealed after it
    await evidence.record([waiting]);
    await evidence.stop();
    const backup = await backUp(database);

    evidence = startEvidence(database.databaseUrl, vault);
    await evidence.seal(10);
    await handIn(evidence, [waiting, ...someBundles(80, 2)]);
    await publishAll(database.databaseUrl, vault);
    await evidence.stop();
    const last = await newestCheckpoint(database.databaseUrl);
    const taken = [
      ...(await takeProofs(database.databaseUrl, atBackup)),
      ...(await takeProofs(database.databaseUrl, last)),
    ];
    await backup.restore();

    expect(await check()).toMatchObject({
      verdict: 'behind',
      vault: { size: last.size },
      database: { published: atBackup.size },
    });
    await expect(
      withDatabase(database.databaseUrl, (pool) => refuseRollback(new LedgerReader(pool), vault)),
    ).rejects.toMatchObject({
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
    const now = await newestCheckpoint(database.databaseUrl);
    for (const seen of [atBackup, last]) expect(await isBeginning(database.databaseUrl, seen, now)).toBe(true);
    // As the auditor sees it: what was taken home is what would be given out today.
    for (const claim of taken) expect(verifyInclusion(claim, sha256)).toBe(true);
    const again = [
      ...(await takeProofs(database.databaseUrl, atBackup)),
      ...(await takeProofs(database.databaseUrl, last)),
    ];
    expect(again).toEqual(taken);
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
