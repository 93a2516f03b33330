import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { leafOf } from '../src/domain/leaf.ts';
import { batchKeyOf, checkpointKeyOf, checkpointPrefix } from '../src/domain/ledger-keys.ts';
import { refuseRollback } from '../src/features/publish-checkpoints/compare-with-vault.ts';
import { LedgerReader } from '../src/persistence/ledger-reader.ts';
import { checkLedger } from './check-ledger.ts';
import { type Evidence, openTestVault, startEvidence, type TestVault, vaultDown } from './start-evidence.ts';
import { holdPuts, someEvents, startPublisher } from './start-publisher.ts';

let database: TestDatabase;
let vault: TestVault;
let evidence: Evidence;
let admin: pg.Client;
let running: ReturnType<typeof startPublisher>[];

beforeEach(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  vault = await openTestVault();
  evidence = startEvidence(database.databaseUrl, vault);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map(({ publisher }) => publisher.stop()));
  await Promise.all([evidence.stop(), admin.end()]);
  await vault.remove();
  await database.drop();
});

const patience = { timeout: 15_000, interval: 20 };
const append = (count: number, changes: object = {}) => evidence.ledger.append(someEvents(count, changes).map(leafOf));
const reader = () => new LedgerReader(evidence.pool);
const published = async () => (await reader().newestCheckpoint())?.size ?? 0;
const covers = (size: number) => vi.waitFor(async () => expect(await published()).toBe(size), patience);
const signedSizes = async () => {
  const keys: string[] = [];
  for await (const key of vault.listKeys(checkpointPrefix)) keys.push(key);
  return keys;
};

function start(...options: Parameters<typeof startPublisher> extends [string, ...infer Rest] ? Partial<Rest> : never) {
  const one = startPublisher(database.databaseUrl, options[0] ?? vault, options[1]);
  running.push(one);
  return one;
}

/** Cuts the connection of whoever leads, as a restart of PostgreSQL or the death of the process does. */
const cutLeader = () =>
  admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'countersign-evidence-ledger' and datname = current_database()`,
  );

async function byForce(...statements: string[]): Promise<void> {
  await admin.query('set search_path = evidence; set session_replication_role = replica');
  const tables = ['ledger_leaves', 'ledger_tiles', 'ledger_checkpoints'];
  for (const table of tables) await admin.query(`alter table ${table} disable trigger insert_only`);
  for (const sql of statements) await admin.query(sql);
  for (const table of tables) await admin.query(`alter table ${table} enable always trigger insert_only`);
  await admin.query('set session_replication_role = origin');
}

/** The database as a backup had it: this many leaves, the newest checkpoint at most that large. */
const restore = (leaves: number, checkpoint: number) =>
  byForce(
    `delete from ledger_leaves where leaf_index >= ${leaves}`,
    `delete from ledger_checkpoints where size > ${checkpoint}`,
    `delete from ledger_tiles where (index + 1) * 256 ^ (level + 1) > ${checkpoint}`,
    `update ledger_head set size = ${leaves}`,
  );

describe('the publisher', () => {
  it('covers every leaf, in checkpoints that continue each other, and locks what they stand on in the vault', async () => {
    const { publisher } = start();
    for (const count of [1, 254, 1, 1, 600, 3]) {
      await append(count);
      publisher.wake();
      await covers(await reader().size());
    }
    const sizes = await checkLedger(evidence.pool, vault);
    expect(sizes.slice(-1)).toEqual([860]);
    const [object] = await vault.objects(checkpointKeyOf(860));
    const days = (object!.retainUntil.getTime() - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('sees within its interval what another replica sequenced', async () => {
    start(vault, { intervalMs: 200 });
    await covers(0);
    await append(10);
    await vi.waitFor(async () => expect(await published()).toBe(10), { timeout: 2_000, interval: 20 });
  });

  it('catches up in checkpoints of at most 8,192 leaves', async () => {
    for (let at = 0; at < 20; at += 1) await append(1_000);
    start();
    await covers(20_000);
    expect(await checkLedger(evidence.pool, vault)).toEqual([8_192, 16_384, 20_000]);
  }, 60_000);

  it('publishes leaves of 65,535 bytes and data that is kept beside its leaf', async () => {
    const data = { text: 'x'.repeat(200_000) };
    const rest = leafOf(someEvents(1, { type: '', data })[0]!).text.length;
    await append(3, { type: 'x'.repeat(65_000 - rest), data });
    await append(1);
    start();
    await covers(4);
    await checkLedger(evidence.pool, vault);
    expect(await vault.objects('_ledger/data/')).toMatchObject([{ size: 200_000 + '{"text": ""}'.length }]);
  });

  const steps: [string, (key: string) => boolean, 'before' | 'after'][] = [
    ['before a tile is put', (key) => key.includes('/tile/0/'), 'before'],
    ['after a tile was put', (key) => key.includes('/tile/0/'), 'after'],
    ['before a bundle of entries is put', (key) => key.includes('/tile/entries/'), 'before'],
    ['before the batch is put', (key) => key.includes('/batches/'), 'before'],
    ['after the batch was put', (key) => key.includes('/batches/'), 'after'],
    ['after it signed, before the checkpoint is put', (key) => key.includes('/checkpoints/'), 'before'],
    ['after the checkpoint was put, before the database has it', (key) => key.includes('/checkpoints/'), 'after'],
  ];
  it.each(steps)('that dies %s has a successor, and comes back without harm', async (_, matches, when) => {
    await append(300);
    start();
    await covers(300);
    await running.pop()!.publisher.stop();
    await append(300);
    const hold = holdPuts(vault, matches, when);
    const dead = start(hold.vault);
    await vi.waitFor(() => expect(hold.state.held).toBeGreaterThan(0), patience);
    await cutLeader();
    await append(300);
    const next = start();
    await covers(900);
    await checkLedger(evidence.pool, vault);
    // The first one was not dead after all: it goes on where it stood.
    hold.letGo();
    await append(300);
    next.publisher.wake();
    dead.publisher.wake();
    await covers(1_200);
    await vi.waitFor(() => expect(dead.said('the lead of the ledger ended')).toBeGreaterThan(0), patience);
    await checkLedger(evidence.pool, vault);
    expect([...dead.refused, ...next.refused]).toEqual([]);
  });

  it('publishes a checkpoint that was signed and not published, under the signature that it has', async () => {
    await append(10);
    const hold = holdPuts(vault, (key) => key.includes('/checkpoints/'), 'after');
    start(hold.vault);
    await vi.waitFor(() => expect(hold.state.held).toBe(1), patience);
    await cutLeader();
    const next = start();
    await covers(10);
    expect(next.said('signed and not published')).toBe(1);
    hold.letGo();
  });

  it('leads alone: of three one publishes, and another one within seconds when it stops', async () => {
    const all = [start(), start(), start()];
    const leaders = () => all.filter((one) => one.said('leads the ledger') > 0);
    await vi.waitFor(() => expect(leaders()).toHaveLength(1), patience);
    await append(5);
    await covers(5);
    await leaders()[0]!.publisher.stop();
    await append(5);
    await vi.waitFor(async () => expect(await published()).toBe(10), { timeout: 3_000, interval: 20 });
    expect(leaders()).toHaveLength(2);
    await cutLeader();
    await append(5);
    await vi.waitFor(async () => expect(await published()).toBe(15), { timeout: 3_000, interval: 20 });
    await checkLedger(evidence.pool, vault);
  });

  it('waits out a vault that is down, says so once and then how old the leaves are, and catches up', async () => {
    vault.failure = vaultDown();
    const { said } = start(vault, { lateAfterSeconds: 0 });
    await append(700);
    await vi.waitFor(() => expect(said('leaves wait for their checkpoint')).toBeGreaterThan(1), patience);
    await append(700);
    expect(await published()).toBe(0);
    vault.failure = undefined;
    await covers(1_400);
    expect([said('the vault cannot be written to'), said('the vault is back')]).toEqual([1, 1]);
    await checkLedger(evidence.pool, vault);
  });
});

describe('two histories', () => {
  beforeEach(async () => {
    await append(300);
    const first = start();
    await covers(300);
    await append(300);
    first.publisher.wake();
    await covers(600);
    await running.pop()!.publisher.stop();
  });

  const refuses = async (one: ReturnType<typeof startPublisher>) => {
    const before = await signedSizes();
    await vi.waitFor(() => expect(one.refused).toHaveLength(1), patience);
    await append(1);
    one.publisher.wake();
    await one.publisher.stop();
    expect(await signedSizes()).toEqual(before);
    expect(one.refused[0]).toMatchObject({ code: 'LEDGER.ROLLED_BACK' });
    expect(one.refused[0]!.message).toContain('npm run ledger -- continue');
    return one.refused[0]!;
  };

  it('are refused after an old backup was restored, with both sizes, before anything is sequenced', async () => {
    await restore(350, 300);
    const expected = { code: 'LEDGER.ROLLED_BACK', details: { vault_size: 600, database_size: 350 } };
    await expect(refuseRollback(reader(), vault)).rejects.toMatchObject(expected);
    expect(await refuses(start())).toMatchObject(expected);
  });

  it('are refused when the restored database has grown past what was signed', async () => {
    await restore(350, 300);
    await append(400);
    expect(await refuses(start())).toMatchObject({ details: { vault_size: 600, database_size: 300 } });
  });

  it('are refused when the database is restored under a leader', async () => {
    const leader = start();
    await vi.waitFor(() => expect(leader.said('leads the ledger')).toBe(1), patience);
    await restore(350, 300);
    await cutLeader();
    expect(await refuses(leader)).toMatchObject({ details: { vault_size: 600, database_size: 350 } });
  });

  it('are refused when the database was begun anew beside the old vault', async () => {
    await restore(0, 0);
    expect(await refuses(start())).toMatchObject({ details: { vault_size: 600, database_size: 0 } });
  });

  it('are refused when a published leaf or tile was changed', async () => {
    await byForce(`update ledger_leaves set leaf_hash = decode(repeat('00', 32), 'hex') where leaf_index = 599`);
    await refuses(start());
    await byForce(`update ledger_tiles set root = decode(repeat('00', 32), 'hex') where level = 0 and index = 1`);
    await refuses(start());
  });

  it('are refused when a checkpoint was changed, in the database or in the vault', async () => {
    await byForce(`update ledger_checkpoints set root = decode(repeat('00', 32), 'hex') where size = 600`);
    await refuses(start());
  });

  it('are refused when the vault holds other bytes than would be put', async () => {
    const size = 601;
    const junk = { key: batchKeyOf(size), bytes: Buffer.from('junk'), contentType: 'text/plain' };
    await vault.put({ ...junk, retainUntil: new Date(Date.now() + 86_400_000) });
    await append(1);
    const { publisher, refused } = start();
    await vi.waitFor(() => expect(refused).toHaveLength(1), patience);
    await publisher.stop();
    expect(refused[0]).toMatchObject({ code: 'LEDGER.ROLLED_BACK', details: { key: batchKeyOf(size) } });
    expect(await published()).toBe(600);
  });

  it('are none when the database has more than the vault: the newest checkpoint is put there again', async () => {
    const empty = await openTestVault();
    const { said } = start(empty);
    await append(1);
    await covers(601);
    expect(said('the vault lacks the newest checkpoint')).toBe(1);
    expect(await empty.find(checkpointKeyOf(600))).toBeDefined();
    await running.pop()!.publisher.stop();
    await empty.remove();
  });

  it('do not come from a leaf that was changed before it was published: it waits, and that is said', async () => {
    await append(2);
    await byForce(`update ledger_leaves set leaf = replace(leaf, 'clinic-1', 'clinic-2') where leaf_index = 601`);
    const { said } = start();
    await vi.waitFor(
      () => expect(said('Leaf 601 of the ledger is not as it was sequenced')).toBeGreaterThan(0),
      patience,
    );
    expect(await published()).toBe(600);
  });
});
