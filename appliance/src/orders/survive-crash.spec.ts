import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EvidenceRequest } from '@countersign/shared/contracts';
import { AppError, type ErrorKind } from '@countersign/shared/kernel';
import { openSampleBox, type Outside } from '../testing/sample-box.ts';
import { anOrder } from '../testing/sample-order.ts';
import type { OrderHandlerOptions } from './handle-order.ts';

const order = anOrder();
const id = order.order_id;
const createOutside = (): Outside => ({ runs: 0, acknowledged: [], evidence: [] });
const bundleOf = (text: string | undefined) => JSON.parse(text!) as EvidenceRequest;
const refusal = (code: string, kind: ErrorKind) => new AppError(code, kind, code);

const folder = mkdtempSync(join(tmpdir(), 'countersign-appliance-'));
afterAll(() => rmSync(folder, { recursive: true }));
let boxes = 0;
const newFolder = () => join(folder, String((boxes += 1)));

describe('a box that goes down', () => {
  const steps = ['journal', 'spend', 'acknowledge', 'execute', 'submit'] as const;
  const moments = steps.flatMap((step) =>
    (step === 'journal' ? [1, 2, 3, 4] : [1]).flatMap((nth) =>
      (['before', 'after'] as const).map((when) => ({ step, nth, when })),
    ),
  );

  /** Makes the nth call of a step the last thing that the process does. */
  const crashAt = ({ step, nth, when }: (typeof moments)[number]) => {
    let calls = 0;
    const wrap =
      <Args extends unknown[], Value>(name: string, call: (...args: Args) => Promise<Value>) =>
      async (...args: Args): Promise<Value> => {
        const isLast = name === step && (calls += 1) === nth;
        if (isLast && when === 'before') throw new Error('power cut');
        const value = await call(...args);
        if (isLast) throw new Error('power cut');
        return value;
      };
    return ({ journal, nonces, acknowledge, execute, submit }: OrderHandlerOptions) => ({
      journal: { ...journal, record: wrap('journal', journal.record) },
      nonces: { ...nonces, spend: wrap('spend', nonces.spend) },
      acknowledge: wrap('acknowledge', acknowledge),
      execute: wrap('execute', execute),
      submit: wrap('submit', submit),
    });
  };

  it.each(moments)('$when $step $nth carries the order out at most once and answers it', async (moment) => {
    const [outside, state] = [createOutside(), newFolder()];
    const dying = await openSampleBox(state, outside, crashAt(moment));
    await expect(dying.handle(order)).rejects.toThrow('power cut');

    const box = await openSampleBox(state, outside);
    const resumed = await box.resume();
    // The server shows an order until it was acknowledged or answered.
    if (outside.acknowledged.length === 0) await box.handle(order);
    expect(outside.runs).toBeLessThanOrEqual(1);
    expect(new Set(outside.evidence).size).toBe(1);
    expect(await box.journal.find(id)).toMatchObject({ state: 'settled' });
    const { outcome, error } = bundleOf(outside.evidence[0]);
    if (outside.runs === 1 && moment.step === 'execute')
      expect([outcome, error]).toEqual(['failed', expect.stringContaining('INTERRUPTED')]);
    expect(resumed.length).toBeLessThanOrEqual(1);
    expect(await box.resume()).toEqual([]);
  });

  it('hands in the very bytes that it signed before', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    const silent = () => ({ submit: () => Promise.reject(refusal('APPLIANCE.GATEWAY_UNREACHABLE', 'unavailable')) });
    const first = await openSampleBox(state, outside, silent);
    expect(await first.handle(order)).toMatchObject({ status: 'postponed', verdict: { outcome: 'success' } });
    const kept = JSON.parse(readFileSync(join(state, 'orders', `${id}.json`), 'utf8')) as { evidence: string };
    const box = await openSampleBox(state, outside);
    expect(await box.resume()).toMatchObject([{ status: 'executed', verdict: { outcome: 'success' } }]);
    expect(outside.evidence).toEqual([kept.evidence]);
  });

  it('does not carry out what expired while it was down', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    const unreachable = () => ({ acknowledge: () => Promise.reject(refusal('GATEWAY.UNAVAILABLE', 'unavailable')) });
    await (await openSampleBox(state, outside, unreachable)).handle(order);
    const late = new Date('2026-01-10T12:15:00Z');
    const box = await openSampleBox(state, outside, undefined, late);
    expect(await box.resume()).toMatchObject([{ status: 'refused', verdict: { error: 'EXPIRED' } }]);
    expect(outside.runs).toBe(0);
  });
});
