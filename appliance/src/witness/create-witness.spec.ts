import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { naclEd25519 } from '@countersign/shared/crypto/portable';
import { openCheckpoint, vkeyOf } from '@countersign/shared/ledger';
import { createSampleLedger, ledgerKey, ledgerSigner, origin } from '../testing/sample-ledger.ts';
import { now } from '../testing/sample-order.ts';
import { checkInWith, cosignedAt, openSampleWitness } from '../testing/sample-witness.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String((folders += 1)));
const stranger = naclEd25519.createSigner('66'.repeat(32));
const keptIn = (folder: string) => {
  const checkpoints = join(folder, 'checkpoints');
  return readdirSync(checkpoints).map((name) => readFileSync(join(checkpoints, name), 'utf8'));
};

describe('a witness', () => {
  it('keeps what it verified on disk, and cosigns it with the next check-in, also after a restart', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger()];
    ledger.grow(5);
    const first = await checkInWith(await openSampleWitness(folder), ledger.answer);
    expect(first).toEqual({ seen_size: 0, cosignature: null });
    expect(keptIn(folder)).toEqual([ledger.checkpoint(5)]);

    ledger.grow(3);
    const restarted = await openSampleWitness(folder);
    const second = await checkInWith(restarted, ledger.answer);
    expect(second.seen_size).toBe(5);
    expect(cosignedAt(second.cosignature, ledger.checkpoint(5))).toBe(now.getTime() / 1_000);
    expect(keptIn(folder)).toEqual([ledger.checkpoint(8)]);
    expect(restarted.state()).toMatchObject({ status: 'watching', size: 8, isSilent: false, refusals: [] });
  });

  it('cosigns a checkpoint until the server has it, with the time of each check-in', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger(['a'])];
    let time = now.getTime();
    const witness = await openSampleWitness(folder, { clock: { now: () => new Date(time) } });
    await checkInWith(witness, ledger.answer);
    time += 90_000;
    const report = await checkInWith(witness, async () => null);
    expect(cosignedAt(report.cosignature, ledger.checkpoint())).toBe(time / 1_000);
    const again = await checkInWith(witness, async () => ({ ...(await ledger.answer(1)), cosignature: 'kept' }));
    expect(again.cosignature).not.toBeNull();
    expect((await witness.ask())!.report).toEqual({ seen_size: 1, cosignature: null });
  });

  it('follows any growth, never goes back, and cosigns one root of each size', async () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant('restart' as const)), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const [folder, ledger] = [newFolder(), createSampleLedger(['first'])];
        let witness = await openSampleWitness(folder);
        let seen = 0;
        for (const step of plan) {
          if (step === 'restart') witness = await openSampleWitness(folder);
          else ledger.grow(step);
          const report = await checkInWith(witness, ledger.answer);
          expect(report.seen_size).toBe(seen);
          if (seen > 0) expect(cosignedAt(report.cosignature, ledger.checkpoint(seen))).toBeDefined();
          seen = ledger.size;
          expect(witness.state()).toMatchObject({ status: 'watching', size: seen, refusals: [] });
        }
      }),
      { numRuns: 8 },
    );
  });

  it('takes the key of the settings, or the first that the gateway says, and no other one ever after', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger(['a'])];
    await checkInWith(await openSampleWitness(folder), ledger.answer);
    const other = vkeyOf(origin, stranger.publicKey);
    const restarted = await openSampleWitness(folder, { fetchKey: async () => other });
    expect((await restarted.ask())!.key.verifierKey).toBe(ledgerKey);
    await expect(openSampleWitness(folder, { ledgerKey: other })).rejects.toMatchObject({
      code: 'APPLIANCE.BAD_SETTING',
    });
    const configured = await openSampleWitness(newFolder(), { ledgerKey, fetchKey: async () => other });
    expect(configured.state().ledgerKey).toBe(ledgerKey);
  });

  it.each([undefined, '', '<html>', `${ledgerKey}x`])(
    'asks nothing while the gateway says the key %j',
    async (offer) => {
      const witness = await openSampleWitness(newFolder(), { fetchKey: async () => offer });
      expect(await witness.ask()).toBeUndefined();
      await witness.learn(undefined, { ledger: await createSampleLedger(['a']).answer(0) }, null);
      expect(witness.state()).toMatchObject({ status: 'waiting', ledgerKey: null, size: 0 });
    },
  );

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['text', 'lies'],
    ['no consistency', { checkpoint: 'x' }],
    ['numbers', { checkpoint: 1, consistency: null }],
    ['hashes that are none', { checkpoint: 'x', consistency: [1] }],
  ])('takes %s for silence, which is no lie, and warns when it lasts too long', async (_, ledger) => {
    let time = now.getTime();
    const folder = newFolder();
    const clock = { now: () => new Date(time) };
    const witness = await openSampleWitness(folder, { clock });
    await checkInWith(witness, createSampleLedger(['a']).answer);
    time += 24 * 3_600_000;
    await witness.learn(await witness.ask(), { ledger }, null);
    expect(witness.state()).toMatchObject({ status: 'watching', isSilent: false, refusals: [] });
    time += 1;
    const restarted = await openSampleWitness(folder, { clock });
    expect([witness.state().isSilent, restarted.state().isSilent]).toEqual([true, true]);
    await checkInWith(restarted, createSampleLedger(['a']).answer);
    expect(restarted.state().isSilent).toBe(false);
  });

  it('of two processes on one folder goes on from what the faster one kept', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger(['a'])];
    const [slow, fast] = [await openSampleWitness(folder), await openSampleWitness(folder)];
    await checkInWith(fast, ledger.answer);
    const question = await slow.ask();
    const overtaken = await ledger.answer(1);
    for (const more of [4, 5]) {
      ledger.grow(more);
      await checkInWith(fast, ledger.answer);
    }
    const late = { ...overtaken, checkpoint: ledger.checkpoint(3), consistency: await ledger.consistency(1, 3) };
    await slow.learn(question, { ledger: late }, null);
    expect(keptIn(folder)).toEqual([ledger.checkpoint(10)]);
    expect((await slow.ask())!.report.seen_size).toBe(10);
    expect(slow.state().refusals).toEqual([]);
  });

  it('does not guess what a damaged checkpoint said', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger(['a'])];
    await checkInWith(await openSampleWitness(folder), ledger.answer);
    const forged = ledger.checkpoint(1, stranger);
    for (const text of ['', forged]) {
      writeFileSync(join(folder, 'checkpoints', '000000000001'), text);
      await expect(openSampleWitness(folder)).rejects.toMatchObject({ code: 'APPLIANCE.WITNESS_DAMAGED' });
    }
  });

  it('cosigns nothing but the text that the ledger signed', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger(['a'])];
    const witness = await openSampleWitness(folder);
    await checkInWith(witness, ledger.answer);
    const { cosignature } = (await witness.ask())!.report;
    const { text } = openCheckpoint(ledger.checkpoint(), { origin, publicKey: ledgerSigner.publicKey });
    expect(keptIn(folder)[0]).toContain(text);
    expect(cosignedAt(cosignature, ledger.checkpoint())).toBeDefined();
    const other = ledger.fork();
    other.grow(1);
    expect(cosignedAt(cosignature, other.checkpoint())).toBeUndefined();
  });
});
