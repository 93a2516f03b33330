import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leafOf } from '../src/domain/leaf.ts';
import { checkpointKeyOf } from '../src/domain/ledger-keys.ts';
import { checkLedger } from './check-ledger.ts';
import { openLedger, type OpenLedger, patience } from './open-ledger.ts';
import { vaultDown } from './start-evidence.ts';
import { holdPuts, someEvents } from './start-publisher.ts';

let ledger: OpenLedger;
beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.close());

describe('the publisher', () => {
  it('covers every leaf, in checkpoints that continue each other, and locks what they stand on in the vault', async () => {
    const { publisher } = ledger.start();
    for (const count of [1, 254, 1, 1, 600, 3]) {
      await ledger.append(count);
      publisher.wake();
      await ledger.covers(await ledger.reader.size());
    }
    const sizes = await checkLedger(ledger.evidence.pool, ledger.vault);
    expect(sizes.slice(-1)).toEqual([860]);
    const [object] = await ledger.vault.objects(checkpointKeyOf(860));
    const days = (object!.retainUntil.getTime() - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('sees within its interval what another replica sequenced', async () => {
    ledger.start(ledger.vault, { intervalMs: 200 });
    await ledger.covers(0);
    await ledger.append(10);
    await vi.waitFor(async () => expect(await ledger.published()).toBe(10), { timeout: 2_000, interval: 20 });
  });

  it('catches up in checkpoints of at most 8,192 leaves', async () => {
    for (let at = 0; at < 20; at += 1) await ledger.append(1_000);
    ledger.start();
    await ledger.covers(20_000);
    expect(await checkLedger(ledger.evidence.pool, ledger.vault)).toEqual([8_192, 16_384, 20_000]);
  }, 60_000);

  it('publishes leaves of 65,535 bytes and data that is kept beside its leaf', async () => {
    const data = { text: 'x'.repeat(200_000) };
    const rest = leafOf(someEvents(1, { type: '', data })[0]!).text.length;
    await ledger.append(3, { type: 'x'.repeat(65_000 - rest), data });
    await ledger.append(1);
    ledger.start();
    await ledger.covers(4);
    await checkLedger(ledger.evidence.pool, ledger.vault);
    expect(await ledger.vault.objects('_ledger/data/')).toMatchObject([{ size: 200_000 + '{"text": ""}'.length }]);
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
    await ledger.append(300);
    const first = ledger.start();
    await ledger.covers(300);
    await first.publisher.stop();

    await ledger.append(300);
    const hold = holdPuts(ledger.vault, matches, when);
    const dead = ledger.start(hold.vault);
    await vi.waitFor(() => expect(hold.state.held).toBeGreaterThan(0), patience);
    await ledger.cutLeader();
    await ledger.append(300);
    const next = ledger.start();
    await ledger.covers(900);
    await checkLedger(ledger.evidence.pool, ledger.vault);
    // The first one was not dead after all: it goes on where it stood.
    hold.letGo();
    await ledger.append(300);
    next.publisher.wake();
    dead.publisher.wake();
    await ledger.covers(1_200);
    await vi.waitFor(() => expect(dead.said('the lead of the ledger ended')).toBeGreaterThan(0), patience);
    await checkLedger(ledger.evidence.pool, ledger.vault);
    expect([...dead.refused, ...next.refused]).toEqual([]);
  });

  it('publishes a checkpoint that was signed and not published, under the signature that it has', async () => {
    await ledger.append(10);
    const hold = holdPuts(ledger.vault, (key) => key.includes('/checkpoints/'), 'after');
    ledger.start(hold.vault);
    await vi.waitFor(() => expect(hold.state.held).toBe(1), patience);
    await ledger.cutLeader();
    const next = ledger.start();
    await ledger.covers(10);
    expect(next.said('signed and not published')).toBe(1);
    hold.letGo();
  });

  it('leads alone: of three one publishes, and another one within seconds when it stops', async () => {
    const all = [ledger.start(), ledger.start(), ledger.start()];
    const leaders = () => all.filter((one) => one.said('leads the ledger') > 0);
    await vi.waitFor(() => expect(leaders()).toHaveLength(1), patience);
    await ledger.append(5);
    await ledger.covers(5);
    await leaders()[0]!.publisher.stop();
    await ledger.append(5);
    await vi.waitFor(async () => expect(await ledger.published()).toBe(10), { timeout: 3_000, interval: 20 });
    expect(leaders()).toHaveLength(2);
    await ledger.cutLeader();
    await ledger.append(5);
    await vi.waitFor(async () => expect(await ledger.published()).toBe(15), { timeout: 3_000, interval: 20 });
    await checkLedger(ledger.evidence.pool, ledger.vault);
  });

  it('waits out a vault that is down, says so once and then how old the leaves are, and catches up', async () => {
    ledger.vault.failure = vaultDown();
    const { said } = ledger.start(ledger.vault, { lateAfterSeconds: 0 });
    await ledger.append(700);
    await vi.waitFor(() => expect(said('leaves wait for their checkpoint')).toBeGreaterThan(1), patience);
    await ledger.append(700);
    expect(await ledger.published()).toBe(0);
    ledger.vault.failure = undefined;
    await ledger.covers(1_400);
    expect([said('the vault cannot be written to'), said('the vault is back')]).toEqual([1, 1]);
    await checkLedger(ledger.evidence.pool, ledger.vault);
  });
});
