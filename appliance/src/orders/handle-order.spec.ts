import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EvidenceRequest } from '@countersign/shared/contracts';
import { evidenceSignedTextOfJson, nodeEd25519 } from '@countersign/shared/crypto';
import { AppError, type ErrorKind } from '@countersign/shared/kernel';
import { openSampleBox, type Outside, signer } from '../testing/sample-box.ts';
import { anOrder, stranger } from '../testing/sample-order.ts';

const order = anOrder();
const id = order.order_id;
const createOutside = (): Outside => ({ runs: 0, acknowledged: [], evidence: [] });
const bundleOf = (text: string | undefined) => JSON.parse(text!) as EvidenceRequest;
const refusal = (code: string, kind: ErrorKind) => new AppError(code, kind, code);

const folder = mkdtempSync(join(tmpdir(), 'countersign-appliance-'));
afterAll(() => rmSync(folder, { recursive: true }));
let boxes = 0;
const newFolder = () => join(folder, String((boxes += 1)));

describe('an order', () => {
  it('is acknowledged, carried out, and answered with evidence that the server can verify', async () => {
    const outside = createOutside();
    const box = await openSampleBox(newFolder(), outside);
    expect(await box.handle(order)).toMatchObject({
      status: 'executed',
      orderId: id,
      verdict: { outcome: 'success' },
    });
    expect(outside).toMatchObject({ runs: 1, acknowledged: [id] });
    const text = outside.evidence[0]!;
    const bundle = bundleOf(text);
    expect(bundle).toMatchObject({ order_id: id, outcome: 'success', site_id: 'clinic-7', host_id: 'box-1' });
    expect(bundle.signed_data).toBe(evidenceSignedTextOfJson(text));
    expect(nodeEd25519.verify(bundle.signed_data!, bundle.signature!, signer.publicKey)).toBe(true);
  });

  it('that is forged is neither acknowledged nor carried out; the refusal is signed and names it', async () => {
    const outside = createOutside();
    const box = await openSampleBox(newFolder(), outside);
    const forged = { ...order, runbook_id: 'RB-WIPE-001' };
    expect(await box.handle(forged)).toMatchObject({ status: 'refused', verdict: { error: 'FIELD_MISMATCH' } });
    expect(outside).toMatchObject({ runs: 0, acknowledged: [] });
    const bundle = bundleOf(outside.evidence[0]);
    expect(bundle).toMatchObject({
      order_id: id,
      outcome: 'rejected',
      error: 'FIELD_MISMATCH',
      check_type: 'order_refused',
    });
    expect(nodeEd25519.verify(bundle.signed_data!, bundle.signature!, signer.publicKey)).toBe(true);
    expect(outside.evidence[0]).not.toContain('RB-WIPE-001');
  });

  it('for another box is refused without naming it: that would end it for the box that it is for', async () => {
    const outside = createOutside();
    const box = await openSampleBox(newFolder(), outside);
    await box.handle(anOrder({ target_appliance_id: 'box-2' }));
    expect(bundleOf(outside.evidence[0])).toMatchObject({ error: 'WRONG_TARGET', refused_order: { order_id: id } });
    expect(bundleOf(outside.evidence[0])).not.toHaveProperty('order_id');
  });

  it.each([[null], [{ order_id: '../../etc/passwd' }], [{ order_id: id.toUpperCase() }], ['x'.repeat(10_000)]])(
    'without a readable id (%j) is refused, and answered once',
    async (received) => {
      const outside = createOutside();
      const box = await openSampleBox(newFolder(), outside);
      expect(await box.handle(received)).toMatchObject({ status: 'refused', orderId: null });
      expect(await box.handle(received)).toMatchObject({ status: 'repeated' });
      expect(outside.evidence).toHaveLength(1);
      expect(bundleOf(outside.evidence[0])).not.toHaveProperty('order_id');
    },
  );
});

describe('a replayed order', () => {
  it('is not carried out again after a restart, and nothing is sent', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    await (await openSampleBox(state, outside)).handle(order);
    const box = await openSampleBox(state, outside);
    expect(await box.handle(order)).toMatchObject({ status: 'repeated', verdict: { outcome: 'success' } });
    expect(outside).toMatchObject({ runs: 1, acknowledged: [id] });
    expect(outside.evidence).toHaveLength(1);
  });

  it('is refused by its nonce when it comes under another id, restart or not', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    await (await openSampleBox(state, outside)).handle(order);
    const box = await openSampleBox(state, outside);
    const again = await box.handle(anOrder({ order_id: 'f'.repeat(16) }));
    expect(again).toMatchObject({ status: 'refused', verdict: { error: 'REPLAYED' } });
    expect(outside.runs).toBe(1);
  });

  it('is refused by its nonce when nobody remembers the order itself', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    await (await openSampleBox(state, outside)).handle(order);
    rmSync(join(state, 'orders'), { recursive: true });
    const box = await openSampleBox(state, outside);
    expect(await box.handle(order)).toMatchObject({ status: 'refused', verdict: { error: 'REPLAYED' } });
    expect(outside.runs).toBe(1);
  });

  it('is carried out once when it comes twice at the same moment, under its own id or another', async () => {
    const outside = createOutside();
    const box = await openSampleBox(newFolder(), outside);
    const copies = await Promise.all([box.handle(order), box.handle(order)]);
    expect(copies.map(({ status }) => status)).toEqual(['executed', 'executed']);
    const [one, other] = ['e', 'f'].map((digit) => anOrder({ order_id: digit.repeat(16), nonce: '12'.repeat(16) }));
    const twins = await Promise.all([box.handle(one), box.handle(other)]);
    expect(twins.map(({ status }) => status).toSorted()).toEqual(['executed', 'refused']);
    expect(outside.runs).toBe(2);
  });
});

describe('when the server refuses', () => {
  it.each(['ORDERS.NOT_OPEN', 'ORDERS.NOT_FOUND'])('the acknowledgement (%s), nothing is carried out', async (code) => {
    const outside = createOutside();
    const kind = code === 'ORDERS.NOT_OPEN' ? 'conflict' : 'not-found';
    const box = await openSampleBox(newFolder(), outside, () => ({
      acknowledge: () => Promise.reject(refusal(code, kind)),
    }));
    expect(await box.handle(order)).toMatchObject({ status: 'over', error: { code } });
    expect(await box.handle(order)).toMatchObject({ status: 'repeated' });
    expect(outside).toMatchObject({ runs: 0, evidence: [] });
  });

  it('the evidence for good, it is kept for a person and not sent again and again', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    const submit = () => Promise.reject(refusal('EVIDENCE.SIGNATURE_INVALID', 'unprocessable'));
    const box = await openSampleBox(state, outside, () => ({ submit }));
    expect(await box.handle(order)).toMatchObject({ status: 'undeliverable' });
    expect(await box.resume()).toEqual([]);
    expect(await box.journal.find(id)).toMatchObject({
      state: 'undeliverable',
      errorCode: 'EVIDENCE.SIGNATURE_INVALID',
    });
  });

  it('the clock, the evidence waits for the server to catch up, and is not sent again at once', async () => {
    const [outside, state] = [createOutside(), newFolder()];
    let asked = 0;
    const submit = () => {
      asked += 1;
      return Promise.reject(refusal('EVIDENCE.CLOCK_AHEAD', 'unprocessable'));
    };
    const box = await openSampleBox(state, outside, () => ({ submit }));
    const postponed = { status: 'postponed', error: { code: 'EVIDENCE.CLOCK_AHEAD' } };
    expect(await box.handle(order)).toMatchObject(postponed);
    expect(await box.resume()).toMatchObject([postponed]);
    expect(await box.handle(order)).toMatchObject(postponed);
    expect(asked).toBe(1);
    expect(await (await openSampleBox(state, outside)).resume()).toMatchObject([{ status: 'executed' }]);
    expect(outside.runs).toBe(1);
  });

  it.each(['unauthenticated', 'forbidden', 'rate-limited', 'unavailable'] as const)(
    'the evidence for now (%s), it is sent again',
    async (kind) => {
      const [outside, state] = [createOutside(), newFolder()];
      const box = await openSampleBox(state, outside, () => ({ submit: () => Promise.reject(refusal('X.Y', kind)) }));
      expect(await box.handle(order)).toMatchObject({ status: 'postponed' });
      expect(await (await openSampleBox(state, outside)).resume()).toMatchObject([{ status: 'executed' }]);
    },
  );

  it('a stranger cannot end an order that waits for its acknowledgement by a forged copy', async () => {
    const outside = createOutside();
    let isUp = false;
    const box = await openSampleBox(newFolder(), outside, (options) => ({
      acknowledge: (...args) => (isUp ? options.acknowledge(...args) : Promise.reject(refusal('X.Y', 'unavailable'))),
    }));
    await box.handle(order);
    isUp = true;
    expect(await box.handle(anOrder({ runbook_id: 'RB-WIPE-001' }, stranger))).toMatchObject({
      status: 'executed',
    });
    expect(bundleOf(outside.evidence[0])).toMatchObject({ runbook_id: 'RB-BACKUP-001' });
  });
});
