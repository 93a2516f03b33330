import type { OrderFields } from '../contracts/index.ts';
import { openKeyRing } from './key-ring.ts';
import { nodeEd25519 } from './node-ed25519.ts';
import { type OrderVerification, verifyOrder } from './verify-order.ts';

export const ring = openKeyRing({ signingSeed: '11'.repeat(32) });

export const fields: OrderFields = {
  order_id: '0123456789abcdef',
  order_type: 'healing',
  runbook_id: 'RB-BACKUP-001',
  runbook_version: '1.0',
  runbook_digest: 'ab'.repeat(32),
  parameters: { volume: '/data', threshold: 0.5, note: 'größer als 1 \u{1f511}', steps: [1, null, true] },
  site_id: 'clinic-7',
  target_appliance_id: 'box-1',
  incident_id: '01900000-0000-7000-8000-000000000000',
  nonce: 'cd'.repeat(16),
  issued_at: '2026-01-10T12:00:00.000Z',
  expires_at: '2026-01-10T12:15:00.000Z',
  ttl_seconds: 900,
  trace_id: 'ef'.repeat(16),
};

/** The appliance that they are for, five minutes later. */
export const by: OrderVerification = {
  publicKeys: ring.publicKeys,
  siteId: 'clinic-7',
  applianceId: 'box-1',
  now: new Date('2026-01-10T12:05:00Z'),
  maxTtlSeconds: 900,
  ed25519: nodeEd25519,
};

export function refusalOf(received: unknown, verification: OrderVerification = by): unknown {
  const result = verifyOrder(received, verification);
  return result.ok ? 'accepted' : [result.refusal.code, result.refusal.field];
}
