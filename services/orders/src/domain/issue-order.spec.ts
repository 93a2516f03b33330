import { describe, expect, it } from 'vitest';
import { signedOrder } from '@countersign/shared/contracts';
import { naclEd25519, newNonce, openKeyRing, verifyOrder } from '@countersign/shared/crypto';
import { issueOrder } from './issue-order.ts';
import { anIncident } from './sample-incident.ts';

const keyRing = openKeyRing({ signingSeed: '11'.repeat(32) });
const issuedAt = new Date('2026-01-10T12:00:00.123Z');
const issue = (incident = anIncident()) =>
  issueOrder(incident, {
    signer: keyRing,
    issuedAt,
    ttlSeconds: 900,
    nonce: newNonce(),
    traceId: 'ef'.repeat(16),
    applianceEpoch: 2,
  });

describe('issueOrder', () => {
  it('makes an order that the appliance it is for verifies, and no other', () => {
    const received: unknown = JSON.parse(JSON.stringify(issue()));
    const by = {
      publicKeys: keyRing.publicKeys,
      siteId: 'clinic-7',
      applianceId: 'box-1',
      now: new Date('2026-01-10T12:14:00Z'),
      applianceEpoch: 2,
      maxTtlSeconds: 900,
      ed25519: naclEd25519,
    };
    expect(verifyOrder(received, by).ok).toBe(true);
    expect(verifyOrder(received, { ...by, applianceId: 'box-2' }).ok).toBe(false);
    expect(verifyOrder(received, { ...by, siteId: 'clinic-8' }).ok).toBe(false);
    expect(verifyOrder(received, { ...by, applianceEpoch: 3 }).ok).toBe(false);
    expect(verifyOrder(received, { ...by, now: new Date('2026-01-10T12:15:00.123Z') }).ok).toBe(false);
  });

  it('keeps the contract of the wire', () => {
    expect(signedOrder.parse(issue())).toMatchObject({ ttl_seconds: 900, issued_at: '2026-01-10T12:00:00.123Z' });
  });

  it('gives the same incident the same order id, another incident another, and never a nonce twice', () => {
    const incident = anIncident();
    const [first, again] = [issue(incident), issue(incident)];
    expect(again.order_id).toBe(first.order_id);
    expect(again.nonce).not.toBe(first.nonce);
    expect(issue().order_id).not.toBe(first.order_id);
  });

  it('refuses parameters that no verifier could read back', () => {
    expect(() => issue(anIncident({ parameters: { size: Number.NaN } }))).toThrow(/canonical/);
  });
});
