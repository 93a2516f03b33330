import { describe, expect, it } from 'vitest';
import { type EvidenceRecorded, outcome } from '@countersign/shared/contracts';
import { judgeEvidence, judgeOverdue } from './close-order.ts';

const evidence = (changes: Partial<EvidenceRecorded>): EvidenceRecorded => ({
  evidence_id: '01900000-0000-7000-8000-000000000000',
  bundle_id: 'b1',
  site_id: 'clinic-7',
  host_id: 'box-1',
  order_id: '0123456789abcdef',
  outcome: 'success',
  position: 1,
  digest: 'ab'.repeat(32),
  link_hash: 'cd'.repeat(32),
  uri: 'dir:///x',
  version_id: 'v1',
  retain_until: '2032-01-10T12:00:00Z',
  recorded_at: '2026-01-10T12:00:00Z',
  ...changes,
});

describe('judgeEvidence', () => {
  it.each(outcome.options)('%s: only success completes an order', (said) => {
    const verdict = judgeEvidence(evidence({ outcome: said }), null);
    expect(verdict?.status).toBe(said === 'success' ? 'completed' : 'failed');
    expect(verdict?.reason).toBeTruthy();
  });

  it('says who refused', () => {
    expect(judgeEvidence(evidence({ outcome: 'rejected' }), null)?.reason).toBe('refused by the appliance');
  });

  it('has nothing to say about evidence that names no order', () => {
    expect(judgeEvidence(evidence({ order_id: null }), null)).toBeNull();
  });
});

describe('judgeOverdue', () => {
  it('expires the order and says where it got stuck', () => {
    const order = { order_id: '0123456789abcdef', site_id: 'clinic-7', host_id: 'box-1' };
    const reasons = (['pending', 'delivered', 'acknowledged'] as const).map((status) =>
      judgeOverdue({ ...order, status }),
    );
    expect(reasons.map(({ status }) => status)).toEqual(['expired', 'expired', 'expired']);
    expect(new Set(reasons.map(({ reason }) => reason)).size).toBe(3);
  });
});
