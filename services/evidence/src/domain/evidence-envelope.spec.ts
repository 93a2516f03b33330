import { describe, expect, it } from 'vitest';
import { canonicalText, nodeEd25519, sha256Hex } from '@countersign/shared/crypto';
import { emptyChain, linkAfter, linkHashOf } from './chain-link.ts';
import { evidenceEnvelope, type RecordedBundle } from './evidence-envelope.ts';
import { aBundle } from './sample-bundle.ts';

describe('evidenceEnvelope', () => {
  const appliance = nodeEd25519.createSigner('11'.repeat(32));
  const bundle = aBundle({ document: '{"odd":  1.0, "text": "Überprüft \\u2028 \u{1f512}"}\r\n' });
  const entry = {
    ...bundle,
    signature: appliance.sign(bundle.document),
    public_key: appliance.publicKey,
    recorded_at: '2026-11-21T10:00:00.000Z',
  };
  const recorded = {
    ...linkAfter(emptyChain('clinic-1'), entry),
    trace_id: null,
    channel: 'upload' as const,
    document: bundle.document,
  };
  const envelope = evidenceEnvelope(recorded);
  const read = JSON.parse(envelope) as RecordedBundle;

  it('gives back the signed text to the byte, so that its signature and digest hold years later', () => {
    expect(read.document).toBe(bundle.document);
    expect(sha256Hex(read.document)).toBe(read.digest);
    expect(nodeEd25519.verify(read.document, read.signature!, read.public_key!)).toBe(true);
  });

  it('holds all that the link hash covers', () => {
    expect(linkHashOf(read)).toBe(read.link_hash);
  });

  it('is canonical and the same every time', () => {
    expect(canonicalText(envelope)).toBe(envelope);
    expect(evidenceEnvelope({ ...recorded })).toBe(envelope);
    expect(Object.keys(read)).toEqual(Object.keys(read).toSorted());
  });
});
