import { evidencePage, evidenceResponse } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox } from './harness/box.ts';
import type { Json } from './harness/call.ts';
import { problemOf } from './harness/expect-answer.ts';

const system = inject('system');

describe('evidence', () => {
  let box: Box;
  const handIn = (body: Json, gateway = 0) => box.send('/evidence', { body, gateway });

  beforeAll(async () => {
    box = await enrolBox(system);
  });

  it('handed in again is told the same, through any gateway', async () => {
    const bundle = box.sign(box.bundle());
    const [first, again] = [await handIn(bundle), await handIn(bundle, 1)];
    expect([first.status, again.status]).toEqual([200, 200]);
    const { evidence_id } = evidenceResponse.parse(first.body);
    expect(evidenceResponse.parse(again.body).evidence_id).toBe(evidence_id);
    await box.sealed(bundle.bundle_id);
    const { evidence } = evidencePage.parse((await box.send(`/evidence/${box.siteId}`)).body);
    expect(evidence.filter((one) => one.bundle_id === bundle.bundle_id)).toHaveLength(1);
  });

  it('under an id that has other bytes is a conflict', async () => {
    const bundle = box.bundle();
    expect((await handIn(box.sign(bundle))).status).toBe(200);
    const other = await handIn(box.sign({ ...bundle, outcome: 'failed' }), 1);
    expect(problemOf(other)).toEqual([409, 'EVIDENCE.BUNDLE_CONFLICT']);
  });

  it('with a forged signature is refused', async () => {
    const stranger = await enrolBox(system);
    const bundle = box.bundle();
    const forged = { ...bundle, signature: stranger.sign(bundle).signature };
    expect(problemOf(await handIn(forged))).toEqual([422, 'EVIDENCE.SIGNATURE_INVALID']);
    expect(problemOf(await handIn({ ...bundle, signature: '00' }))).toEqual([422, 'EVIDENCE.SIGNATURE_INVALID']);
  });

  it('of an enrolled appliance is refused without a signature', async () => {
    expect(problemOf(await handIn(box.bundle()))).toEqual([422, 'EVIDENCE.SIGNATURE_REQUIRED']);
  });

  it('whose times lie ahead of the server is refused, and leaves its id free', async () => {
    const inTenMinutes = new Date(Date.now() + 600_000).toISOString();
    const bundle = box.bundle({ timestamp_end: inTenMinutes });
    expect(problemOf(await handIn(box.sign(bundle)))).toEqual([422, 'EVIDENCE.CLOCK_AHEAD']);
    const both = { ...bundle, timestamp_start: inTenMinutes };
    expect(problemOf(await handIn(box.sign(both), 1))).toEqual([422, 'EVIDENCE.CLOCK_AHEAD']);
    const now = { ...bundle, timestamp_end: new Date().toISOString() };
    expect((await handIn(box.sign(now))).status).toBe(200);
  });

  it('of a box that was offline for a month is taken; one that ends before it begins is not', async () => {
    const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString();
    const late = box.bundle({ timestamp_start: monthAgo, timestamp_end: monthAgo });
    expect((await handIn(box.sign(late))).status).toBe(200);
    const backwards = await handIn(box.sign(box.bundle({ timestamp_end: monthAgo })));
    expect(problemOf(backwards)).toEqual([400, 'REQUEST.INVALID']);
    expect(backwards.body.errors).toMatchObject([{ field: 'timestamp_end' }]);
  });

  it('of an appliance without a key is taken unsigned', async () => {
    const keyless = await enrolBox(system, { withKey: false });
    const bundle = keyless.bundle();
    expect((await keyless.send('/evidence', { body: bundle })).status).toBe(200);
    expect((await keyless.sealed(bundle.bundle_id)).signature).toBeNull();
  });

  it('whose fields differ from the signed text is refused', async () => {
    const bundle = box.sign(box.bundle({ outcome: 'failed' }));
    expect(problemOf(await handIn({ ...bundle, outcome: 'success' }))).toEqual([422, 'EVIDENCE.SIGNED_DATA_MISMATCH']);
    const other = { ...bundle, signed_data: `${bundle.signed_data} ` };
    expect(problemOf(await handIn(other))).toEqual([422, 'EVIDENCE.SIGNED_DATA_MISMATCH']);
  });

  it('signed over the canonical text alone, as the boxes in the field do, is taken', async () => {
    const { signed_data: _, ...bundle } = box.sign(box.bundle({ ntp_offset_ms: 1.5, error: 'naïve ✓ "quoted"' }));
    expect((await handIn(bundle)).status).toBe(200);
  });

  it('of one site, thirty at once, is one chain from 1 without a gap', async () => {
    const site = await enrolBox(system);
    const bundles = Array.from({ length: 30 }, () => site.sign(site.bundle()));
    const answers = await Promise.all(bundles.map((body, gateway) => site.send('/evidence', { body, gateway })));
    expect(answers.map((answer) => answer.status)).toEqual(Array(30).fill(200));
    for (const bundle of bundles) await site.sealed(bundle.bundle_id);
    const { evidence } = evidencePage.parse((await site.send(`/evidence/${site.siteId}`)).body);
    expect(evidence.map((one) => one.position)).toEqual(Array.from({ length: 30 }, (_, n) => 30 - n));
    const second = evidencePage.parse((await site.send(`/evidence/${site.siteId}?limit=7&offset=7`)).body);
    expect(second.evidence.map((one) => one.position)).toEqual([23, 22, 21, 20, 19, 18, 17]);
  });
});
