import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { createNoteVerifier, encodeBase64, openNote } from '@countersign/shared/ledger';
import type { TestDatabase } from '@countersign/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import { timestampKeyOf } from '../src/domain/timestamp-key.ts';
import { createExtendRetention } from '../src/features/extend-retention/extend-retention.handler.ts';
import { createSetLegalHold } from '../src/features/set-legal-hold/set-legal-hold.handler.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { lostTables, rebuiltTables, technicalTables } from '../src/persistence/rebuild/rebuilt-tables.ts';
import { RetentionRepository } from '../src/persistence/retention.repository.ts';
import { TimestampRepository } from '../src/persistence/timestamp.repository.ts';
import { checkLedger } from './check-ledger.ts';
import {
  enrolment,
  type Evidence,
  openStores,
  signerOf,
  startEvidence,
  submitted,
  type TestVault,
} from './start-evidence.ts';
import { ledgerKey, someEvents } from './start-publisher.ts';
import { digestsOf, handIn, publishAll, rebuildOf, schemasOf, someBundles, withAdmin } from './start-rebuild.ts';
import { isBeginning, newestCheckpoint, takeProofs } from './take-proofs.ts';

let database: TestDatabase;
let vault: TestVault;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ database, vault, remove } = await openStores());
});
afterEach(() => remove());

const signer = signerOf(1);
const lose = () => withAdmin(database.adminUrl, (pool) => pool.query('drop schema evidence cascade'));

/** Every kind of row that a leaf tells of, and leaves that nothing else is made from. */
async function liveThroughEverything(evidence: Evidence): Promise<void> {
  const box = { site_id: 'signed', host_id: 'box' };
  const good = submitted(box, signer);
  const forged = submitted(box, signerOf(2));
  const conflict = submitted({ ...box, bundle_id: good.data.bundle_id, outcome: 'failed' }, signer);
  const again = { ...good, id: newId() };
  const onlyRefused = submitted({ site_id: 'refused-only', host_id: 'box' });
  const large = submitted({ ...box, hipaa_controls: Array.from({ length: 900 }, () => '§'.repeat(90)) }, signer);
  await handIn(evidence, [good, forged, conflict, again, onlyRefused, large, ...someBundles(40)]);
  await evidence.ledger.append(someEvents(300).map(leafOf));
  await evidence.ledger.append(someEvents(1, { subject: '-', data: { text: 'ä'.repeat(40_000) } }).map(leafOf));

  const said: { payload: string }[] = [];
  const messaging = { publish: (rows: readonly { payload: string }[]) => void said.push(...rows) };
  const sites = await evidence.openSites();
  const repository = new RetentionRepository(sites);
  const wish = { site_id: 'signed', bundle_id: good.data.bundle_id, principal_id: newId(), reason: 'a lawsuit' };
  await createExtendRetention({ repository, vault, messaging })([{ ...wish, retain_until: '2090-01-01T00:00:00Z' }]);
  for (const hold of [true, false]) await createSetLegalHold({ repository, vault, messaging })([{ ...wish, hold }]);
  await sites.close();
  await evidence.ledger.append(said.flatMap(({ payload }) => JSON.parse(payload) as never[]).map(leafOf));
  await evidence.pool.query('update outbox set published_at = now() where published_at is null');
}

async function stamp(evidence: Evidence): Promise<void> {
  const { size, note } = (await new LedgerReader(evidence.pool).newestCheckpoint())!;
  const stampedAt = new Date('2026-11-21T10:00:00.123Z');
  const response = Buffer.concat([Buffer.from('DER of '), sha256(Buffer.from(note))]);
  const retainUntil = new Date('2090-01-01T00:00:00Z');
  await vault.put({ key: timestampKeyOf(size, stampedAt), bytes: response, contentType: 'x/y', retainUntil });
  await new TimestampRepository(evidence.pool).keep({ size, authority: 'tsa.example', response, stampedAt });
}

describe('a database that is lost', () => {
  it('comes back from the vault with the same rows, and the service goes on', { timeout: 120_000 }, async () => {
    let evidence = startEvidence(database.databaseUrl, vault);
    await evidence.ledger.append(someEvents(300).map(leafOf));
    await handIn(evidence, someBundles(2_000));
    const size = await publishAll(database.databaseUrl, vault);
    await evidence.stop();
    const before = await digestsOf(database.adminUrl);
    const head = await newestCheckpoint(database.databaseUrl);
    const proofs = await takeProofs(database.databaseUrl, head, 41);
    await lose();

    const began = performance.now();
    const { certificate, text } = await rebuildOf(database, vault).rebuild();
    const seconds = (performance.now() - began) / 1_000;
    process.stdout.write(`2,000 bundles and ${size} leaves rebuilt and proved in ${seconds.toFixed(1)} s\n`);
    expect(await digestsOf(database.adminUrl)).toEqual(before);
    expect(await newestCheckpoint(database.databaseUrl)).toEqual(head);
    expect(await takeProofs(database.databaseUrl, head, 41)).toEqual(proofs);
    expect(certificate).toMatchObject({ lost: [], incomplete: [], adopted: [], chains: { sites: 7, links: 2_000 } });
    expect(certificate.ledger).toMatchObject({ size, leaves: size, root: encodeBase64(head.root) });
    const verifier = createNoteVerifier(ledgerKey.origin, ledgerKey.publicKey, nodeEd25519);
    expect(openNote(text, [verifier]).signatures).toHaveLength(1);
    expect(text).toContain(`size       ${size}\n`);

    evidence = startEvidence(database.databaseUrl, vault);
    await handIn(evidence, someBundles(3, 1));
    expect(await evidence.checkChain('clinic-0')).toEqual({ links: 289, faults: [] });
    const next = await publishAll(database.databaseUrl, vault);
    expect(next).toBe(size + 6);
    expect((await checkLedger(evidence.pool, vault)).at(-1)).toBe(next);
    expect(await isBeginning(database.databaseUrl, head, await newestCheckpoint(database.databaseUrl))).toBe(true);
    await evidence.stop();
  });

  it('comes back with refusals, retention, timestamps and data beside the ledger; twice the same', async () => {
    const evidence = startEvidence(
      database.databaseUrl,
      vault,
      enrolment({
        'signed/box': signer.publicKey,
        'refused-only/box': signer.publicKey,
      }),
    );
    await liveThroughEverything(evidence);
    await publishAll(database.databaseUrl, vault);
    await stamp(evidence);
    const { rows: handled } = await evidence.pool.query('select consumer, event_id from inbox order by 1, 2');
    await evidence.stop();
    const before = await digestsOf(database.adminUrl);
    for (const { name } of rebuiltTables) expect(before[name]!.rows, name).toBeGreaterThan(0);

    for (const round of [1, 2]) {
      await lose();
      const { certificate } = await rebuildOf(database, vault).rebuild();
      const after = await digestsOf(database.adminUrl);
      expect(after, `round ${round}`).toEqual(before);
      expect(certificate.tables.map(({ name }) => name)).toEqual(rebuiltTables.map(({ name }) => name));
    }
    const inbox = await withAdmin(database.adminUrl, (pool) =>
      pool.query('select consumer, event_id from inbox order by 1, 2'),
    );
    expect(inbox.rows).toEqual(handled);
    expect(await schemasOf(database.adminUrl)).toEqual(['evidence']);
  });

  it('takes every event that comes again as handled, and decides what was not decided', async () => {
    const signers = enrolment({ 'signed/box': signer.publicKey });
    let evidence = startEvidence(database.databaseUrl, vault, signers);
    const box = { site_id: 'signed', host_id: 'box' };
    const decided = [submitted(box, signer), submitted(box, signerOf(2)), submitted(box, signer)];
    await handIn(evidence, decided);
    const undecided = submitted(box, signer);
    await evidence.ledger.append([leafOf(undecided)]);
    await publishAll(database.databaseUrl, vault);
    await evidence.stop();
    await lose();
    await rebuildOf(database, vault).rebuild();

    const before = await digestsOf(database.adminUrl);
    evidence = startEvidence(database.databaseUrl, vault, signers);
    const expected = { source: '/gateway', auditConsumer: 'a', inboxConsumer: 'evidence-record' };
    const eventIds = [...decided, undecided].map(({ id }) => id);
    expect(await evidence.ledger.findMissing({ eventIds, ...expected })).toEqual([undecided.id]);
    await evidence.record(decided);
    expect(await evidence.seal(10)).toMatchObject({ claimed: 0 });
    await evidence.ledger.append(decided.map(leafOf));
    expect(await digestsOf(database.adminUrl)).toEqual(before);
    await evidence.record([undecided]);
    expect(await evidence.checkChain('signed')).toEqual({ links: 3, faults: [] });
    await evidence.stop();
  });

  it('knows of every table of the schema whether it comes back', async () => {
    const { rows } = await withAdmin(database.adminUrl, (pool) =>
      pool.query<{ tablename: string }>(`select tablename from pg_tables where schemaname = 'evidence' order by 1`),
    );
    const known = [...rebuiltTables.map(({ name }) => name), ...lostTables, ...technicalTables];
    expect(rows.map((row) => row.tablename).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('finds a bundle in the vault that no leaf tells of, and has the sealer say so', async () => {
    let evidence = startEvidence(database.databaseUrl, vault);
    await handIn(evidence, someBundles(4, 1));
    await publishAll(database.databaseUrl, vault);
    const last = submitted({ site_id: 'clinic-0' });
    await evidence.record([last]);
    expect(await evidence.seal(1)).toMatchObject({ sealed: 1 }); // and what it says is lost
    await evidence.stop();
    await lose();

    const { certificate } = await rebuildOf(database, vault).rebuild();
    expect(certificate.adopted).toMatchObject([{ id: last.data.evidence_id }]);
    expect(certificate.incomplete).toMatchObject([{ id: last.data.evidence_id }]);
    evidence = startEvidence(database.databaseUrl, vault);
    const puts = (await vault.objects('clinic-0')).length;
    expect(await evidence.seal(10)).toMatchObject({ claimed: 1, sealed: 1 });
    expect((await vault.objects('clinic-0')).length).toBe(puts);
    expect(evidence.saidEvents('evidence.recorded.v1')).toMatchObject([{ id: `recorded:${last.data.evidence_id}` }]);
    expect(await evidence.checkChain('clinic-0')).toEqual({ links: 5, faults: [] });
    await evidence.stop();
  });
});
