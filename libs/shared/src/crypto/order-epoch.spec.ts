import { describe, expect, it } from 'vitest';
import { type OrderFields } from '../contracts/index.ts';
import { openKeyRing } from './key-ring.ts';
import { nodeEd25519 } from './node-ed25519.ts';
import { signOrder } from './sign-order.ts';
import { verifyOrder } from './verify-order.ts';

const ring = openKeyRing({ signingSeed: '11'.repeat(32) });
const fields: OrderFields = {
  order_id: '0123456789abcdef',
  order_type: 'healing',
  runbook_id: 'RB-BACKUP-001',
  runbook_version: '1.0',
  runbook_digest: 'ab'.repeat(32),
  parameters: {},
  site_id: 'clinic-7',
  target_appliance_id: 'box-1',
  incident_id: '01900000-0000-7000-8000-000000000000',
  nonce: 'cd'.repeat(16),
  issued_at: '2026-01-10T12:00:00.000Z',
  expires_at: '2026-01-10T12:15:00.000Z',
  ttl_seconds: 900,
  trace_id: 'ef'.repeat(16),
};

function refusalOf(order: unknown, applianceEpoch?: number): unknown {
  const verdict = verifyOrder(order, {
    publicKeys: ring.publicKeys,
    siteId: 'clinic-7',
    applianceId: 'box-1',
    applianceEpoch,
    now: new Date('2026-01-10T12:05:00Z'),
    maxTtlSeconds: 900,
    ed25519: nodeEd25519,
  });
  return verdict.ok ? 'accepted' : [verdict.refusal.code, verdict.refusal.field];
}
const orderOf = (appliance_epoch: unknown) => signOrder({ ...fields, appliance_epoch } as OrderFields, ring);
const wrongEpoch = ['WRONG_EPOCH', 'appliance_epoch'];

describe('an order and the enrolment of its appliance', () => {
  it('fit when both are of the same epoch', () => {
    expect(refusalOf(orderOf(2), 2)).toBe('accepted');
  });

  it.each([0, 1, 3])('do not fit when the order is of epoch %i and the appliance of epoch 2', (epoch) => {
    expect(refusalOf(orderOf(epoch), 2)).toEqual(wrongEpoch);
  });

  it('do not fit when the order says no epoch', () => {
    expect(refusalOf(signOrder(fields, ring), 2)).toEqual(wrongEpoch);
  });

  it('are not compared by an appliance that never enrolled: it cannot know', () => {
    expect(refusalOf(signOrder(fields, ring))).toBe('accepted');
    expect(refusalOf(orderOf(7))).toBe('accepted');
  });

  it('are compared as they were signed: an epoch that was changed or added on the way is a forgery', () => {
    const mismatch = ['FIELD_MISMATCH', 'appliance_epoch'];
    expect(refusalOf({ ...orderOf(1), appliance_epoch: 2 }, 2)).toEqual(mismatch);
    expect(refusalOf({ ...signOrder(fields, ring), appliance_epoch: 2 }, 2)).toEqual(mismatch);
    const { appliance_epoch: _, ...without } = orderOf(2);
    expect(refusalOf(without, 2)).toEqual(mismatch);
  });

  it.each([-1, 1.5, '2', null])('cannot fit when the epoch is no count: %j', (epoch) => {
    expect(refusalOf(orderOf(epoch), 2)).toEqual(['MALFORMED', 'appliance_epoch']);
  });
});
