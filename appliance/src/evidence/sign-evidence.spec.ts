import { describe, expect, it } from 'vitest';
import { evidenceRequest } from '@countersign/shared/contracts';
import { evidenceSignedTextOfJson, nodeEd25519 } from '@countersign/shared/crypto';
import { naclEd25519 } from '@countersign/shared/crypto/portable';
import { type EvidenceBundle, signEvidence } from './sign-evidence.ts';

const signer = naclEd25519.createSigner('44'.repeat(32));
const bundle: EvidenceBundle = {
  bundle_id: 'b-1',
  site_id: 'clinic-7',
  host_id: 'box-1',
  check_type: 'backup',
  outcome: 'success',
  timestamp_start: '2026-01-10T12:00:00Z',
  timestamp_end: '2026-01-10T12:00:01Z',
  ntp_offset_ms: 1.5e-7,
  pre_state: { größe: 1, '\u{1f511}': [0.1, -0, 2 ** 53 - 1, null], html: '<a&b>' },
};
const sent = (changes: Record<string, unknown> = {}) => signEvidence({ ...bundle, ...changes }, signer);

describe('signed evidence', () => {
  it('holds under the rule by which the server rebuilds the signed text from the received bytes', () => {
    const text = sent();
    const { signed_data, signature } = evidenceRequest.parse(JSON.parse(text));
    expect(signed_data).toBe(evidenceSignedTextOfJson(text));
    expect(nodeEd25519.verify(evidenceSignedTextOfJson(text), signature!, signer.publicKey)).toBe(true);
  });

  it('no longer holds when a field is altered on the way', () => {
    const altered = sent().replace('"outcome":"success"', '"outcome":"failed"');
    const { signature } = evidenceRequest.parse(JSON.parse(altered));
    expect(nodeEd25519.verify(evidenceSignedTextOfJson(altered), signature!, signer.publicKey)).toBe(false);
  });

  it('signs as it travels: what is undefined is not there, and an old signature is replaced', () => {
    expect(sent({ order_id: undefined, signature: 'f'.repeat(128), signed_data: 'forged' })).toBe(sent());
  });

  it('cannot be made of what no other parser would read alike', () => {
    expect(() => sent({ ntp_offset_ms: 2 ** 53 })).toThrow(expect.objectContaining({ code: 'CRYPTO.NOT_CANONICAL' }));
    expect(() => sent({ error: '\ud800' })).toThrow(expect.objectContaining({ code: 'CRYPTO.NOT_CANONICAL' }));
  });
});
