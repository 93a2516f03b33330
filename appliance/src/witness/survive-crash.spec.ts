import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSampleLedger } from '../testing/sample-ledger.ts';
import { checkInWith, cosignedAt, openSampleWitness } from '../testing/sample-witness.ts';
import type { WitnessStores } from './create-witness.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String((folders += 1)));

const steps = ['advance', 'record', 'update', 'submit', 'reportIncident'] as const;
type Step = (typeof steps)[number];
interface Moment {
  step: Step;
  when: 'before' | 'after';
}
const moments = steps.flatMap((step) => (['before', 'after'] as const).map((when): Moment => ({ step, when })));

/** Makes a step the last thing that the process does: nothing that comes later in it happens any more. */
function crashAt({ step, when }: Moment) {
  let isDead = false;
  const wrap =
    <Args extends unknown[], Value>(name: Step, call: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      if (isDead) throw new Error('dead');
      if (name === step && when === 'before') {
        isDead = true;
        throw new Error('power cut');
      }
      const value = await call(...args);
      if (name === step) {
        isDead = true;
        throw new Error('power cut');
      }
      return value;
    };
  const stores = ({ checkpoints, refusals }: WitnessStores): WitnessStores => ({
    checkpoints: { ...checkpoints, advance: wrap('advance', checkpoints.advance) },
    refusals: { ...refusals, record: wrap('record', refusals.record), update: wrap('update', refusals.update) },
  });
  return { wrap, stores };
}

describe('a witness that goes down', () => {
  it.each(moments)(
    '$when $step never goes back, cosigns one root of a size, and tells the lie once',
    async (moment) => {
      const [folder, honest] = [newFolder(), createSampleLedger()];
      honest.grow(6);
      await checkInWith(await openSampleWitness(folder), honest.answer);
      const forked = honest.fork();
      forked.grow(5, 'rewritten');
      honest.grow(4);

      const outside = { evidence: [] as string[], incidents: [] as (string | undefined)[] };
      const way = {
        submit: async (text: string) => void outside.evidence.push(text),
        reportIncident: async (_: unknown, { idempotencyKey }: { idempotencyKey?: string | undefined }) =>
          void outside.incidents.push(idempotencyKey),
      };
      // The honest growth to 10, then a lie: the process dies somewhere on the way.
      const { wrap, stores } = crashAt(moment);
      const dying = await openSampleWitness(folder, {}, stores);
      const life = async () => {
        await checkInWith(dying, honest.answer);
        await checkInWith(dying, forked.answer);
        await dying.handIn({
          submit: wrap('submit', way.submit),
          reportIncident: wrap('reportIncident', way.reportIncident),
        });
      };
      await expect(life()).rejects.toThrow('power cut');

      const restarted = await openSampleWitness(folder);
      const { report } = (await restarted.ask())!;
      expect([6, 10]).toContain(report.seen_size);
      expect(report.seen_size === 6).toBe(moment.step === 'advance' && moment.when === 'before');
      expect(cosignedAt(report.cosignature, honest.checkpoint(report.seen_size))).toBeDefined();
      for (let turn = 0; turn < 3; turn += 1) {
        await checkInWith(restarted, honest.answer);
        await checkInWith(restarted, forked.answer);
        await restarted.handIn(way);
      }
      expect(restarted.state()).toMatchObject({ size: 10, refusals: [{ seenSize: 10, isDelivered: true }] });
      expect([new Set(outside.evidence).size, new Set(outside.incidents).size]).toEqual([1, 1]);
      const kept = readdirSync(join(folder, 'checkpoints')).map((name) => join(folder, 'checkpoints', name));
      expect(kept.map((path) => readFileSync(path, 'utf8'))).toEqual([honest.checkpoint(10)]);
    },
  );

  it('while it wrote a file takes no half of one for a checkpoint or a refusal', async () => {
    const [folder, ledger] = [newFolder(), createSampleLedger(['a'])];
    await checkInWith(await openSampleWitness(folder), ledger.answer);
    writeFileSync(join(folder, 'checkpoints', '000000000002.0199.new'), ledger.checkpoint().slice(0, 9));
    writeFileSync(join(folder, 'refusals', `${'0'.repeat(16)}-BAD_PROOF.json.0199.new`), '{"key');
    const restarted = await openSampleWitness(folder);
    expect(restarted.state()).toMatchObject({ size: 1, refusals: [] });
    ledger.grow(2);
    await checkInWith(restarted, ledger.answer);
    expect(restarted.state().size).toBe(3);
  });
});
