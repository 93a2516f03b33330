import { describe, expect, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import { emptyChain, linkAfter } from '../chain-link.ts';
import { evidenceEnvelope } from '../evidence-envelope.ts';
import { openEnvelope } from './open-envelope.ts';

const document = '{"outcome":"success"}';
const link = linkAfter(emptyChain('clinic-1'), {
  evidence_id: '0190e0e0-0000-7000-8000-000000000000',
  bundle_id: 'b-1',
  host_id: 'box',
  digest: sha256Hex(document),
  signature: null,
  public_key: null,
  recorded_at: '2026-11-21T10:00:00.000Z',
});
const bundle = { ...link, trace_id: null, channel: 'json' as const, document };

describe('openEnvelope', () => {
  it('gives back what evidenceEnvelope was given', () => {
    expect(openEnvelope(Buffer.from(evidenceEnvelope(bundle)))).toEqual(bundle);
  });

  it('opens nothing of which any byte was changed, dropped or added', () => {
    const bytes = Buffer.from(evidenceEnvelope(bundle));
    const opened = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      opened.push(openEnvelope(changed), openEnvelope(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])));
    }
    expect(opened.filter((one) => one !== undefined)).toEqual([]);
    expect(openEnvelope(Buffer.concat([bytes, Buffer.from(' ')]))).toBeUndefined();
  });

  it('opens none whose text is not the one that its link was made of', () => {
    const other = evidenceEnvelope({ ...bundle, document: '{"outcome":"failed"}' });
    expect(openEnvelope(Buffer.from(other))).toBeUndefined();
  });
});
