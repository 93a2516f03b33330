import { describe, expect, it } from 'vitest';
import { naclEd25519, newNonce, openKeyRing, signOrder, verifyOrder } from '@countersign/shared/crypto';
import { refusalOf, tamperings, tamperWith } from './tamper-order.ts';

const server = openKeyRing({ signingSeed: '11'.repeat(32) });
const now = new Date();
const order = signOrder(
  {
    order_id: '0123456789abcdef',
    order_type: 'healing',
    runbook_id: 'RB-BACKUP-001',
    runbook_version: '1.0.0',
    runbook_digest: 'ab'.repeat(32),
    parameters: {},
    site_id: 'demo-1',
    target_appliance_id: 'box-1',
    incident_id: '01900000-0000-7000-8000-000000000000',
    nonce: newNonce(),
    issued_at: now.toISOString(),
    expires_at: new Date(now.getTime() + 840_000).toISOString(),
    ttl_seconds: 840,
    trace_id: '',
  },
  server,
);
const judge = (received: unknown) =>
  verifyOrder(received, {
    publicKeys: server.publicKeys,
    siteId: 'demo-1',
    applianceId: 'box-1',
    now,
    maxTtlSeconds: 900,
    ed25519: naclEd25519,
  });

describe('tampering with an order', () => {
  it('has something to spoil', () => {
    expect(judge(order)).toMatchObject({ ok: true });
  });

  it.each(tamperings)('by way of %s is refused with the code that the demo counts', (tampering) => {
    expect(judge(tamperWith(order, tampering))).toMatchObject({ ok: false, refusal: { code: refusalOf(tampering) } });
  });
});
