import type { Signer } from '@countersign/shared/crypto';
import { cosign, parseNote, witnessName } from '@countersign/shared/ledger';
import type { TestDatabase } from '@countersign/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import { CosignatureRepository } from '../src/persistence/cosignature.repository.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { openStores, signerOf, startEvidence, submitted, type TestVault } from './start-evidence.ts';
import { digestsOf, handIn, publishAll, rebuildOf, schemasOf, someBundles, withAdmin } from './start-rebuild.ts';

let database: TestDatabase;
let vault: TestVault;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ database, vault, remove } = await openStores());
});
afterEach(() => remove());

const asAdmin = (...statements: string[]) =>
  withAdmin(database.adminUrl, async (pool) => {
    for (const statement of statements) await pool.query(statement);
  });

describe('what the vault does not give back', () => {
  it('is not dropped without a word, and named when it is', async () => {
    const evidence = startEvidence(database.databaseUrl, vault);
    await handIn(evidence, someBundles(4, 1));
    await publishAll(database.databaseUrl, vault);
    const unsealed = submitted({ site_id: 'clinic-0' });
    await evidence.record([unsealed]);
    await evidence.ledger.append([leafOf(unsealed)]);
    await evidence.stop();
    await asAdmin(
      `insert into outbox (id, subject, payload) values (gen_random_uuid(), 'evidence.x.v1', '[]')`,
      `insert into dead_letters (id, consumer, event_id, event_type, event, error_code, cause)
       values ('a:1', 'a', '1', 'x', '{}', 'X', '')`,
    );
    const before = await digestsOf(database.adminUrl);

    const { rebuild } = rebuildOf(database, vault);
    await expect(rebuild()).rejects.toMatchObject({
      code: 'LEDGER.WOULD_LOSE',
      details: { unsealed: 1, unpublished: 1, unsaid: 1, undecided: 1 },
    });
    expect(await digestsOf(database.adminUrl)).toEqual(before);
    const { certificate, text } = await rebuild({ acceptLoss: true, keepOld: true });
    expect(certificate.lost.map(({ kind, id }) => [kind, id])).toEqual([
      ['bundle', unsealed.data.evidence_id],
      ['leaf', unsealed.id],
      ['said-event', expect.any(String)],
      ['dead-letter', 'a:1'],
    ]);
    expect(text).toContain(`bundle ${unsealed.data.evidence_id}`);
    expect(text).toContain('dead_letters: 1 before, 0 after');
    expect(await schemasOf(database.adminUrl)).toEqual(['evidence', certificate.keptSchema]);
  });

  it('is no cosignature that holds over the checkpoint; one that does not is named', async () => {
    const evidence = startEvidence(database.databaseUrl, vault);
    await handIn(evidence, someBundles(2, 1));
    await publishAll(database.databaseUrl, vault);
    const { size, note } = (await new LedgerReader(evidence.pool).newestCheckpoint())!;
    const sign = (signer: Signer, text: string) =>
      cosign(text, { name: witnessName(signer.publicKey), signer, time: 1_790_000_000 });
    const [honest, forged] = [signerOf(1), signerOf(2)];
    const { text } = parseNote(note);
    const box = { size, siteId: 'clinic-0', hostId: 'box', signedAt: new Date(1_790_000_000_000) };
    await new CosignatureRepository(evidence.pool).keep([
      { ...box, publicKey: honest.publicKey, line: sign(honest, text) },
      { ...box, publicKey: forged.publicKey, line: sign(forged, text.replace('\n', '/other\n')) },
    ]);
    await evidence.stop();

    const { rebuild } = rebuildOf(database, vault);
    await expect(rebuild()).rejects.toMatchObject({ code: 'LEDGER.WOULD_LOSE' });
    const { certificate } = await rebuild({ acceptLoss: true });
    expect(certificate.lost).toMatchObject([{ kind: 'cosignature', id: `${size}/${forged.publicKey}` }]);
    expect(certificate.notRebuilt).toContainEqual({ table: 'checkpoint_cosignatures', before: 2, after: 1 });
    const again = await rebuildOf(database, vault).rebuild();
    expect(again.certificate).toMatchObject({ lost: [] });
    expect(again.certificate.notRebuilt).toContainEqual({ table: 'checkpoint_cosignatures', before: 1, after: 1 });
  });

  it('is everything, in a vault that holds no checkpoint: it may be the wrong one', async () => {
    for (const kind of ['rebuild', 'continue'] as const)
      await expect(rebuildOf(database, vault)[kind]({ acceptLoss: true })).rejects.toMatchObject({
        code: 'LEDGER.REBUILD_REFUSED',
      });
    expect(await schemasOf(database.adminUrl)).toEqual(['evidence']);
  });

  it('is a place in a chain, when the bundle there was never stored and a later one was', async () => {
    const evidence = startEvidence(database.databaseUrl, vault);
    await evidence.record([submitted({ site_id: 'clinic-0' })]);
    await evidence.pool.query('delete from seal_queue'); // the vault did not answer for this one
    await handIn(evidence, someBundles(3, 1));
    await publishAll(database.databaseUrl, vault);
    await evidence.stop();
    await asAdmin('drop schema evidence cascade');

    const { rebuild } = rebuildOf(database, vault);
    await expect(rebuild()).rejects.toMatchObject({
      code: 'LEDGER.WOULD_LOSE',
      message: expect.stringContaining('position clinic-0/1: missing: position 1') as string,
    });
    const { certificate } = await rebuild({ acceptLoss: true });
    expect(certificate.lost).toMatchObject([{ kind: 'position', id: 'clinic-0/1' }]);
    expect(certificate.chains).toEqual({ sites: 1, links: 3 });
  });
});

describe('what somebody changed in the database by hand', () => {
  it('is told of in the certificate, and gone', async () => {
    const evidence = startEvidence(database.databaseUrl, vault);
    await handIn(evidence, someBundles(4, 1));
    await publishAll(database.databaseUrl, vault);
    await evidence.stop();
    const before = await digestsOf(database.adminUrl);
    await asAdmin(
      'alter table bundles disable trigger insert_only',
      `update bundles set outcome = 'alert' where (site_id, position) = ('clinic-0', 2)`,
    );
    const { certificate } = await rebuildOf(database, vault).rebuild();
    const changed = certificate.tables.filter((table) => table.before?.sha256 !== table.after.sha256);
    expect(changed).toMatchObject([{ name: 'bundles', differences: { onlyBefore: 1, onlyAfter: 1 } }]);
    expect(await digestsOf(database.adminUrl)).toEqual(before);
  });
});
