import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchKeyOf, checkpointKeyOf } from '../src/domain/ledger-keys.ts';
import { refuseRollback } from '../src/features/publish-checkpoints/compare-with-vault.ts';
import { openLedger, type OpenLedger, patience } from './open-ledger.ts';
import { openTestVault } from './start-evidence.ts';
import type { startPublisher } from './start-publisher.ts';

let ledger: OpenLedger;
beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.close());

describe('two histories', () => {
  beforeEach(async () => {
    await ledger.append(300);
    const first = ledger.start();
    await ledger.covers(300);
    await ledger.append(300);
    first.publisher.wake();
    await ledger.covers(600);
    await first.publisher.stop();
  });

  const refuses = async (one: ReturnType<typeof startPublisher>) => {
    const before = await ledger.signed();
    await vi.waitFor(() => expect(one.refused).toHaveLength(1), patience);
    await ledger.append(1);
    one.publisher.wake();
    await one.publisher.stop();
    expect(await ledger.signed()).toEqual(before);
    expect(one.refused[0]).toMatchObject({ code: 'LEDGER.ROLLED_BACK' });
    expect(one.refused[0]!.message).toContain('npm run ledger -- continue');
    return one.refused[0]!;
  };

  it('are refused after an old backup was restored, with both sizes, before anything is sequenced', async () => {
    await ledger.restore(350, 300);
    const expected = { code: 'LEDGER.ROLLED_BACK', details: { vault_size: 600, database_size: 350 } };
    await expect(refuseRollback(ledger.reader, ledger.vault)).rejects.toMatchObject(expected);
    expect(await refuses(ledger.start())).toMatchObject(expected);
  });

  it('are refused when the restored database has grown past what was signed', async () => {
    await ledger.restore(350, 300);
    await ledger.append(400);
    expect(await refuses(ledger.start())).toMatchObject({ details: { vault_size: 600, database_size: 300 } });
  });

  it('are refused when the database is restored under a leader', async () => {
    const leader = ledger.start();
    await vi.waitFor(() => expect(leader.said('leads the ledger')).toBe(1), patience);
    await ledger.restore(350, 300);
    await ledger.cutLeader();
    expect(await refuses(leader)).toMatchObject({ details: { vault_size: 600, database_size: 350 } });
  });

  it('are refused when the database was begun anew beside the old vault', async () => {
    await ledger.restore(0, 0);
    expect(await refuses(ledger.start())).toMatchObject({ details: { vault_size: 600, database_size: 0 } });
  });

  it('are refused when a published leaf or tile was changed', async () => {
    await ledger.byForce(`update ledger_leaves set leaf_hash = decode(repeat('00', 32), 'hex') where leaf_index = 599`);
    await refuses(ledger.start());
    await ledger.byForce(
      `update ledger_tiles set root = decode(repeat('00', 32), 'hex') where level = 0 and index = 1`,
    );
    await refuses(ledger.start());
  });

  it('are refused when a checkpoint was changed, in the database or in the vault', async () => {
    const other = await openTestVault();
    const retainUntil = new Date(Date.now() + 86_400_000);
    await other.put({ key: checkpointKeyOf(600), bytes: Buffer.from('x\n'), contentType: 'text/plain', retainUntil });
    expect(await refuses(ledger.start(other))).toMatchObject({ details: { vault_size: 600, database_size: 600 } });
    await other.remove();
    await ledger.byForce(`update ledger_checkpoints set root = decode(repeat('00', 32), 'hex') where size = 600`);
    await refuses(ledger.start());
  });

  it('are refused when the vault holds other bytes than would be put', async () => {
    const size = 601;
    const junk = { key: batchKeyOf(size), bytes: Buffer.from('junk'), contentType: 'text/plain' };
    await ledger.vault.put({ ...junk, retainUntil: new Date(Date.now() + 86_400_000) });
    await ledger.append(1);
    const { publisher, refused } = ledger.start();
    await vi.waitFor(() => expect(refused).toHaveLength(1), patience);
    await publisher.stop();
    expect(refused[0]).toMatchObject({ code: 'LEDGER.ROLLED_BACK', details: { key: batchKeyOf(size) } });
    expect(await ledger.published()).toBe(600);
  });

  it('are none when the database has more than the vault: the newest checkpoint is put there again', async () => {
    const empty = await openTestVault();
    const { said, publisher } = ledger.start(empty);
    await ledger.append(1);
    await ledger.covers(601);
    expect(said('the vault lacks the newest checkpoint')).toBe(1);
    expect(await empty.find(checkpointKeyOf(600))).toBeDefined();
    await publisher.stop();
    await empty.remove();
  });

  it('do not come from a leaf that was changed before it was published: it waits, and that is said', async () => {
    await ledger.append(2);
    await ledger.byForce(
      `update ledger_leaves set leaf = replace(leaf, 'clinic-1', 'clinic-2') where leaf_index = 601`,
    );
    const { said } = ledger.start();
    await vi.waitFor(
      () => expect(said('Leaf 601 of the ledger is not as it was sequenced')).toBeGreaterThan(0),
      patience,
    );
    expect(await ledger.published()).toBe(600);
  });

  it('do not come from a leaf that was taken out before it was published', async () => {
    await ledger.append(3);
    await ledger.byForce('delete from ledger_leaves where leaf_index = 601');
    const { said } = ledger.start();
    await vi.waitFor(() => expect(said('A leaf of the ledger is missing')).toBeGreaterThan(0), patience);
    expect(await ledger.published()).toBe(600);
  });
});
