import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '@countersign/shared/crypto';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { openVault, type Vault } from '@countersign/shared/vault';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { linkHashOf } from '../src/domain/chain-link.ts';
import { evidenceEnvelope, type RecordedBundle } from '../src/domain/evidence-envelope.ts';
import { leafOf } from '../src/domain/leaf.ts';
import { batchKeyOf, checkpointKeyOf, tileKeyOf } from '../src/domain/ledger-keys.ts';
import { openEnvelope } from '../src/domain/rebuild/open-envelope.ts';
import { openSchemaPool } from '../src/persistence/rebuild/schema-pool.ts';
import { LeaderSession } from '../src/persistence/leader-session.ts';
import { startEvidence } from './start-evidence.ts';
import { someEvents } from './start-publisher.ts';
import { digestsOf, handIn, publishAll, rebuildOf, schemasOf, someBundles } from './start-rebuild.ts';

const directory = mkdtempSync(join(tmpdir(), 'countersign-vault-'));
let vault: Vault;
let database: TestDatabase;
let untouched: Awaited<ReturnType<typeof digestsOf>>;
let newest: number;

beforeAll(async () => {
  vault = await openVault({ directory });
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  const evidence = startEvidence(database.databaseUrl, vault);
  await evidence.ledger.append(someEvents(270).map(leafOf));
  const large = someEvents(1, { data: { text: 'x'.repeat(70_000) } });
  await evidence.ledger.append(large.map(leafOf));
  await handIn(evidence, someBundles(6, 2));
  await publishAll(database.databaseUrl, vault);
  await handIn(evidence, someBundles(6, 2));
  newest = await publishAll(database.databaseUrl, vault);
  await evidence.stop();
  untouched = await digestsOf(database.adminUrl);
});
afterAll(async () => {
  await database.drop();
  await vault.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Whatever a test did, the schema that was there is there, with every row. */
afterEach(async () => {
  expect(await schemasOf(database.adminUrl)).toEqual(['evidence']);
  expect(await digestsOf(database.adminUrl)).toEqual(untouched);
});

/** Flips one bit of a file of the vault until the returned function is called; its times stay as they were. */
function flipBit(key: string): () => void {
  const path = join(directory, key);
  const bytes = readFileSync(path);
  const { mtime, mode } = statSync(path);
  const write = (content: Uint8Array): void => {
    chmodSync(path, 0o644);
    writeFileSync(path, content);
    utimesSync(path, mtime, mtime);
    chmodSync(path, mode);
  };
  const flipped = Buffer.from(bytes);
  flipped[Math.floor(flipped.length / 2)]! ^= 1;
  write(flipped);
  return () => write(bytes);
}

const filesUnder = (folder: string): string[] =>
  readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();

describe('a rebuild stops at what is not as it was, names it, and leaves the database alone', () => {
  const items: [string, () => string][] = [
    ['a bundle', () => filesUnder('clinic-1')[2]!],
    ['a full bundle of entries', () => tileKeyOf('entries', 0)],
    ['a full tile of hashes', () => tileKeyOf(0, 0)],
    ['the newest checkpoint', () => checkpointKeyOf(newest)],
    ['the first checkpoint', () => filesUnder('_ledger/checkpoints')[0]!],
    ['the newest batch of entries', () => batchKeyOf(newest)],
    ['the first batch of entries', () => filesUnder('_ledger/batches')[0]!],
    ['data beside the ledger', () => filesUnder('_ledger/data')[0]!],
  ];

  it.each(items)('when a bit of %s is flipped', async (_, keyOf) => {
    const key = keyOf();
    const restore = flipBit(key);
    try {
      const { rebuild } = rebuildOf(database, vault);
      const wanted = { code: 'LEDGER.VAULT_DAMAGED', message: expect.stringContaining(key) as string };
      await expect(rebuild()).rejects.toMatchObject(wanted);
      await expect(rebuild({ acceptLoss: true })).rejects.toMatchObject(wanted);
    } finally {
      restore();
    }
  });

  it.each(items)('when %s is missing', async (_, keyOf) => {
    const key = keyOf();
    const without: Vault = {
      ...vault,
      find: (asked) => (asked === key ? Promise.resolve(undefined) : vault.find(asked)),
      get: (asked, version) => vault.get(asked === key ? 'no/such' : asked, version),
    };
    await expect(rebuildOf(database, without).rebuild()).rejects.toMatchObject({
      code: 'LEDGER.VAULT_DAMAGED',
      message: expect.stringContaining(key) as string,
    });
  });

  const exchanged: [string, (bundle: RecordedBundle) => Partial<RecordedBundle>][] = [
    ['text', ({ document }) => ({ document: `${document} `, digest: sha256Hex(`${document} `) })],
    ['signature', () => ({ signature: '0'.repeat(128) })],
    ['time', () => ({ recorded_at: '2020-01-01T00:00:00.000Z' })],
    ['trace', () => ({ trace_id: '0'.repeat(32) })],
    ['channel', ({ channel }) => ({ channel: channel === 'json' ? 'upload' : 'json' })],
  ];

  it.each(exchanged)('when a bundle is another one in its %s, and whole in itself', async (_, change) => {
    const key = filesUnder('clinic-1')[2]!;
    const forged: Vault = {
      ...vault,
      async get(asked, version) {
        const bytes = await vault.get(asked, version);
        if (asked !== key) return bytes;
        const bundle = { ...openEnvelope(bytes)!, ...change(openEnvelope(bytes)!) };
        const whole = Buffer.from(evidenceEnvelope({ ...bundle, link_hash: linkHashOf(bundle) }));
        expect(openEnvelope(whole)).toBeDefined();
        return whole;
      },
    };
    await expect(rebuildOf(database, forged).rebuild({ acceptLoss: true })).rejects.toMatchObject({
      code: 'LEDGER.VAULT_DAMAGED',
      message: expect.stringContaining(key) as string,
    });
  });

  it('when the checkpoints are signed with another key', async () => {
    const key = {
      origin: 'ledger.example/log',
      publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      verifierKey: '-',
    };
    await expect(rebuildOf(database, vault, { key }).rebuild()).rejects.toMatchObject({ code: 'LEDGER.VAULT_DAMAGED' });
  });

  it('when the vault lacks the newest checkpoint, which the database has', async () => {
    const shorter: Vault = {
      ...vault,
      async *listKeys(prefix, options) {
        for await (const key of vault.listKeys(prefix, options)) if (key !== checkpointKeyOf(newest)) yield key;
      },
      versions: async (key) => (key === checkpointKeyOf(newest) ? [] : vault.versions(key)),
    };
    await expect(rebuildOf(database, shorter).rebuild({ acceptLoss: true })).rejects.toMatchObject({
      code: 'LEDGER.NOT_PROVED',
    });
  });
});

describe('a rebuild takes the version that was locked', () => {
  it('when somebody put another one over it', async () => {
    const key = checkpointKeyOf(newest);
    const first = (await vault.find(key))!;
    const forged: Vault = {
      ...vault,
      find: async (asked) => (asked === key ? { ...first, versionId: 'forged' } : vault.find(asked)),
      get: (asked, version) =>
        version === 'forged' ? Promise.resolve(Buffer.from('forged')) : vault.get(asked, version),
      versions: async (asked) => [
        { versionId: 'marker', isDeleteMarker: true, isLatest: true, size: 0, lastModified: new Date() },
        ...(await vault.versions(asked)),
      ],
    };
    const { certificate } = await rebuildOf(database, forged).rebuild();
    expect(certificate.tables.every(({ before, after }) => before?.sha256 === after.sha256)).toBe(true);
  });
});

describe('a rebuild refuses', () => {
  it('while a process of the service works in the database, and says which', async () => {
    const session = await LeaderSession.open(database.databaseUrl);
    await session.tryLead();
    await expect(rebuildOf(database, vault).rebuild({ acceptLoss: true })).rejects.toMatchObject({
      code: 'LEDGER.REBUILD_REFUSED',
      message: expect.stringMatching(/countersign-evidence-ledger \(.*backend \d+\)/) as string,
    });
    await session.close();
  });

  it('when a process of the service came meanwhile', async () => {
    let session: Promise<LeaderSession> | undefined;
    const slow: Vault = {
      ...vault,
      async get(key, version) {
        session ??= LeaderSession.open(database.databaseUrl);
        await session;
        return vault.get(key, version);
      },
    };
    await expect(rebuildOf(database, slow).rebuild()).rejects.toMatchObject({ code: 'LEDGER.REBUILD_REFUSED' });
    await (await session)!.close();
  });
});

describe('a rebuild that is killed half-way', () => {
  it('leaves the schema that was there, and the next run clears away', async () => {
    let isStuck = (): void => {};
    const stuck = new Promise<void>((resolve) => (isStuck = resolve));
    const hanging: Vault = {
      ...vault,
      get: (key, version) => {
        if (!key.startsWith('clinic-1')) return vault.get(key, version);
        isStuck();
        return new Promise(() => {});
      },
    };
    rebuildOf(database, hanging)
      .rebuild()
      .catch(() => {});
    await stuck;
    const admin = openSchemaPool(database.adminUrl, 'pg_catalog');
    // What the database sees of a process that is killed.
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    await admin.end();
    expect(await schemasOf(database.adminUrl)).toEqual(['evidence', expect.stringMatching(/^evidence_rebuilt_/)]);
    expect(await digestsOf(database.adminUrl)).toEqual(untouched);

    const { lines, rebuild } = rebuildOf(database, vault);
    const { certificate } = await rebuild();
    expect(lines[0]).toMatch(/drop evidence_rebuilt_/);
    expect(certificate.tables.every(({ before, after }) => before?.sha256 === after.sha256)).toBe(true);
  });
});
