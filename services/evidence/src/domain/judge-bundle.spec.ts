import { describe, expect, it } from 'vitest';
import { naclEd25519, nodeEd25519 } from '@countersign/shared/crypto';
import { judgeBundle } from './judge-bundle.ts';
import { aBundle } from './sample-bundle.ts';

const appliance = nodeEd25519.createSigner('11'.repeat(32));
const other = naclEd25519.createSigner('22'.repeat(32));
const signed = (changes = {}) => {
  const bundle = aBundle(changes);
  return { ...bundle, signature: appliance.sign(bundle.document) };
};

describe('judgeBundle', () => {
  it('takes what the enrolled key signed, and says which key that was', () => {
    expect(judgeBundle(signed(), appliance.publicKey)).toEqual({ ok: true, value: { publicKey: appliance.publicKey } });
  });

  it('takes an unsigned bundle only from an appliance without a key', () => {
    expect(judgeBundle(aBundle(), null)).toEqual({ ok: true, value: { publicKey: null } });
    expect(judgeBundle(aBundle(), appliance.publicKey)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNATURE_REQUIRED' });
  });

  it('does not claim to have verified a signature for which there is no key', () => {
    expect(judgeBundle(signed(), null)).toEqual({ ok: true, value: { publicKey: null } });
  });

  it.each([
    ['by another key', { ...aBundle(), signature: other.sign(aBundle().document) }],
    ['over another text', { ...aBundle(), signature: appliance.sign(aBundle({ outcome: 'failed' }).document) }],
    ['in upper case', { ...aBundle(), signature: appliance.sign(aBundle().document).toUpperCase() }],
    ['cut short', { ...aBundle(), signature: appliance.sign(aBundle().document).slice(2) }],
    ['that is no signature', { ...aBundle(), signature: 'x' }],
  ])('refuses a signature %s', (_, bundle) => {
    expect(judgeBundle(bundle, appliance.publicKey)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNATURE_INVALID' });
  });

  it('refuses a digest that is not of the text, signed or not', () => {
    const bundle = { ...signed(), digest: '00'.repeat(32) };
    for (const key of [null, appliance.publicKey]) {
      expect(judgeBundle(bundle, key)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNED_DATA_MISMATCH' });
    }
  });

  it.each([
    ['bundle_id', 'other'],
    ['site_id', 'other'],
    ['host_id', 'other'],
    ['order_id', '0123456789abcdef'],
    ['outcome', 'failed'],
    ['timestamp_start', '2026-11-21T09:00:00+00:00'],
    ['timestamp_end', '2026-11-21T10:00:05.251+00:00'],
  ])('refuses a %s that differs from the signed text', (field, value) => {
    const bundle = { ...signed(), [field]: value };
    expect(judgeBundle(bundle, appliance.publicKey)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNED_DATA_MISMATCH' });
  });

  it.each(['', 'null', '[]', '{', '"bundle-1"'])('refuses the text %j, which says nothing', (document) => {
    expect(judgeBundle(aBundle({ document }), null)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNED_DATA_MISMATCH' });
  });

  it.each([['timestamp_start'], ['timestamp_end']])('refuses a %s beyond the server clock, signed or not', (field) => {
    const bundle = signed({ [field]: '2026-11-21T10:02:06.001Z' });
    for (const key of [null, appliance.publicKey]) {
      expect(judgeBundle(bundle, key)).toEqual({ ok: false, refusal: 'EVIDENCE.CLOCK_AHEAD' });
    }
  });

  it('tells who did not sign that, and nothing about the clock', () => {
    const ahead = aBundle({ timestamp_end: '2031-01-01T00:00:00Z' });
    expect(judgeBundle(ahead, appliance.publicKey)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNATURE_REQUIRED' });
    const forged = { ...ahead, signature: other.sign(ahead.document) };
    expect(judgeBundle(forged, appliance.publicKey)).toEqual({ ok: false, refusal: 'EVIDENCE.SIGNATURE_INVALID' });
  });

  it('takes what a box that was offline for a year hands in', () => {
    const late = aBundle({ timestamp_start: '2025-11-21T10:00:00Z', timestamp_end: '2025-11-21T10:00:05Z' });
    expect(judgeBundle(late, null)).toEqual({ ok: true, value: { publicKey: null } });
  });
});
