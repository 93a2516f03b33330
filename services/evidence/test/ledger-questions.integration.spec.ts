import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { nodeEd25519, sha256 } from '@countersign/shared/crypto';
import {
  decodeBase64,
  leafHash,
  openCheckpoint,
  openProof,
  treeRoot,
  verifyConsistency,
} from '@countersign/shared/ledger';
import { createTestDatabase, openClient, type TestDatabase } from '@countersign/shared/testing';
import { leafOf } from '../src/domain/leaf.ts';
import { createProveConsistency } from '../src/features/prove-consistency/prove-consistency.handler.ts';
import { createProveItem } from '../src/features/prove-item/prove-item.handler.ts';
import { createReadLedgerHead } from '../src/features/read-ledger-head/read-ledger-head.handler.ts';
import { createReadTile } from '../src/features/read-tile/read-tile.handler.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { ProvableRepository } from '../src/persistence/provable.repository.ts';
import { TileReader } from '../src/persistence/tile-reader.ts';
import { type Evidence, openTestVault, startEvidence, submitted, type TestVault } from './start-evidence.ts';
import { ledgerKey, someEvents, startPublisher } from './start-publisher.ts';

const log = { origin: ledgerKey.origin, publicKey: ledgerKey.publicKey, ed25519: nodeEd25519 };
const incident = '01935f4e-0000-7000-8000-000000000001';
const unpublishedIncident = '01935f4e-0000-7000-8000-000000000002';
const order = '00112233445566aa';
/** Enough for a full tile of tiles: level 1 is full, level 2 is not. */
const size = 66_000;

let database: TestDatabase;
let vault: TestVault;
let evidence: Evidence;
let admin: pg.Client;
let sealed: ReturnType<typeof submitted>;
let unsealed: ReturnType<typeof submitted>;

const said = (id: string, source: string, type: string, changes: object = {}) =>
  ({ ...someEvents(1)[0]!, id, source, type, ...changes }) as EventEnvelope;
const append = (events: EventEnvelope[]) => evidence.ledger.append(events.map(leafOf));

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  vault = await openTestVault();
  evidence = startEvidence(database.databaseUrl, vault);
  admin = await openClient(database.adminUrl);
  sealed = submitted({ site_id: 'clinic-1' });
  unsealed = submitted({ site_id: 'clinic-1' });
  await evidence.record([sealed]);
  await evidence.seal(64);
  await evidence.record([unsealed]);
  await append([
    ...someEvents(700),
    said(incident, '/gateway', 'gateway.incident-reported.v1'),
    said(`issued:${order}`, '/orders', 'orders.issued.v1'),
    said(`issued:${order}`, '/runbooks', 'orders.issued.v1', { subject: 'other' }),
    ...evidence.saidEvents('evidence.recorded.v1'),
  ]);
  await append(someEvents(1_000, { data: { text: 'x'.repeat(3_000) } }));
  for (let left = size - (await reader().size()); left > 0; left -= 4_000)
    await append(someEvents(Math.min(left, 4_000)));
  const { publisher } = startPublisher(database.databaseUrl, vault);
  await vi.waitFor(async () => expect((await head()).size).toBe(size), { timeout: 60_000, interval: 100 });
  await publisher.stop();
  await append([said(unpublishedIncident, '/gateway', 'gateway.incident-reported.v1'), ...someEvents(300)]);
}, 120_000);

afterAll(async () => {
  await Promise.all([evidence?.stop(), admin?.end()]);
  await vault?.remove();
  await database?.drop();
});

const reader = () => new LedgerReader(evidence.pool);
const tiles = () => new TileReader(evidence.pool);
const head = async () => (await createReadLedgerHead(reader(), ledgerKey.verifierKey)([{}]))[0]!;
const prove = (...items: [string, 'evidence' | 'order' | 'incident', string][]) =>
  createProveItem({ reader: reader(), repository: new ProvableRepository(evidence.pool), tiles: tiles() })(
    items.map(([site_id, kind, id]) => ({ site_id, kind, id })),
  );
const proveConsistency = (from: number, to?: number) => createProveConsistency(reader(), tiles())([{ from, to }]);

describe('the head', () => {
  it('is the newest checkpoint, with the key that it verifies with', async () => {
    const { checkpoint, verifier_key, published_at } = await head();
    expect(openCheckpoint(checkpoint!, log)).toMatchObject({ size, origin: 'ledger.example/log' });
    expect(verifier_key).toBe(ledgerKey.verifierKey);
    expect(Date.parse(published_at!)).toBeLessThanOrEqual(Date.now());
  });
});

describe('a proof', () => {
  it('holds for a sealed bundle, an order and an incident, all from one checkpoint', async () => {
    const asked: Parameters<typeof prove> = [
      ['clinic-1', 'evidence', sealed.data.bundle_id],
      ['clinic-1', 'order', order],
      ['clinic-1', 'incident', incident],
    ];
    const answers = (await prove(...asked)) as { leaf: string; leaf_index: number; proof: string }[];
    const ids = answers.map(({ leaf, leaf_index, proof }) => {
      const opened = openProof(proof, leafHash(Buffer.from(leaf), sha256), log, sha256);
      expect(opened).toMatchObject({ index: leaf_index, checkpoint: { size } });
      return (JSON.parse(leaf) as { id: string; source: string }).id;
    });
    expect(ids).toEqual([`recorded:${sealed.data.evidence_id}`, `issued:${order}`, incident]);
    const forged = leafHash(Buffer.from(answers[0]!.leaf.replace('clinic-1', 'clinic-2')), sha256);
    expect(() => openProof(answers[0]!.proof, forged, log, sha256)).toThrow(/another root/);
  });

  it('is refused for what another site has, what is of another kind, and what nobody heard of', async () => {
    const answers = await prove(
      ['clinic-2', 'evidence', sealed.data.bundle_id],
      ['clinic-2', 'order', order],
      ['other', 'order', order],
      ['-', 'incident', incident],
      ['clinic-1', 'incident', sealed.id],
      ['clinic-1', 'incident', `issued:${order}`],
      ['clinic-1', 'order', incident],
      ['clinic-1', 'evidence', "x' or true --"],
      ['clinic-1', 'order', ''],
    );
    expect(answers.map((answer) => (answer as { code?: string }).code)).toEqual(answers.map(() => 'LEDGER.NOT_FOUND'));
  });

  it('has to be waited for while no checkpoint covers the thing, and while a bundle is not sealed', async () => {
    const notYet = { code: 'LEDGER.NOT_PUBLISHED', kind: 'unavailable', retryAfterSeconds: 1 };
    const answers = await prove(
      ['clinic-1', 'incident', unpublishedIncident],
      ['clinic-1', 'evidence', unsealed.data.bundle_id],
    );
    expect(answers).toMatchObject([notYet, notYet]);
  });

  it('for a hundred things takes three statements', async () => {
    const query = vi.spyOn(evidence.pool, 'query');
    const answers = await prove(
      ...Array.from({ length: 100 }, () => ['clinic-1', 'incident', incident] as const).map(
        (one) => [...one] as [string, 'incident', string],
      ),
    );
    expect(query).toHaveBeenCalledTimes(3);
    expect(answers).toHaveLength(100);
    query.mockRestore();
  });

  it('does not verify when somebody changed a tile in the database', async () => {
    const change = async (sql: string) => {
      await admin.query('alter table evidence.ledger_tiles disable trigger insert_only');
      await admin.query(sql);
      await admin.query('alter table evidence.ledger_tiles enable always trigger insert_only');
    };
    const flip = `update evidence.ledger_tiles set hashes = set_byte(hashes, 100, get_byte(hashes, 100) # 1)
      where level = 0 and index = 2`;
    await change(flip);
    const [answer] = (await prove(['clinic-1', 'incident', incident])) as { leaf: string; proof: string }[];
    const hash = leafHash(Buffer.from(answer!.leaf), sha256);
    expect(() => openProof(answer!.proof, hash, log, sha256)).toThrow(/another root/);
    await change(flip);
    const [mended] = (await prove(['clinic-1', 'incident', incident])) as { proof: string }[];
    openProof(mended!.proof, hash, log, sha256);
  });
});

describe('consistency', () => {
  it('is proved between any two sizes up to the head', async () => {
    const { checkpoint } = await head();
    const pairs = [
      [0, size],
      [1, size],
      [255, 256],
      [256, 257],
      [8_192, size],
      [65_536, 65_537],
      [size, size],
      [12_345, 54_321],
    ];
    for (const [from, to] of pairs as [number, number][]) {
      const [answer] = (await proveConsistency(from, to)) as { proof: string[]; to_checkpoint: string }[];
      const [fromRoot, toRoot] = await Promise.all([from, to].map((at) => treeRoot(at, tiles(), sha256)));
      const proof = answer!.proof.map((hash) => decodeBase64(hash)!);
      expect(verifyConsistency({ from, to, fromRoot: fromRoot!, toRoot: toRoot!, proof }, sha256)).toBe(true);
      expect(answer!.to_checkpoint).toBe(checkpoint);
    }
    expect(await proveConsistency(size)).toMatchObject([{ from: size, to: size, proof: [] }]);
  });

  it('is refused beyond the head, and backwards', async () => {
    const beyond = { code: 'LEDGER.BEYOND_HEAD', kind: 'invalid', details: { size } };
    for (const [from, to] of [[0, size + 1], [size + 1], [5, 4], [0, Number.MAX_SAFE_INTEGER]] as [number, number?][])
      expect(await proveConsistency(from, to)).toMatchObject([beyond]);
  });
});

describe('a ledger without checkpoint', () => {
  const nothing = { newestCheckpoint: () => Promise.resolve(undefined) };

  it('has an empty head, no tile, and nothing to prove yet', async () => {
    expect(await createReadLedgerHead(nothing, ledgerKey.verifierKey)([{}])).toEqual([
      { size: 0, checkpoint: null, published_at: null, verifier_key: ledgerKey.verifierKey },
    ]);
    expect(await createReadTile(nothing, tiles())([{ level: 0, index: 0, width: 1 }])).toMatchObject([
      { code: 'LEDGER.NOT_FOUND' },
    ]);
    const answers = await createProveConsistency(nothing, tiles())([{ from: 0 }, { from: 0, to: 1 }]);
    expect(answers).toMatchObject([{ code: 'LEDGER.NOT_PUBLISHED' }, { code: 'LEDGER.BEYOND_HEAD' }]);
  });
});
