import type { OrderFields, SignedOrder } from '@countersign/shared/contracts';
import { keyIdOf, naclEd25519, type OrderSigner, signOrder } from '@countersign/shared/crypto/portable';

/** A server that signs orders, for the specs of this package. */
export interface SampleServer extends OrderSigner {
  readonly publicKey: string;
}

function openServer(seed: string): SampleServer {
  const signer = naclEd25519.createSigner(seed);
  return { ...signer, keyId: keyIdOf(signer.publicKey) };
}

export const server = openServer('11'.repeat(32));
export const previousServer = openServer('22'.repeat(32));
export const stranger = openServer('33'.repeat(32));

export const now = new Date('2026-01-10T12:05:00Z');

export const orderFields: OrderFields = {
  order_id: '0123456789abcdef',
  order_type: 'healing',
  runbook_id: 'RB-BACKUP-001',
  runbook_version: '1.0.0',
  runbook_digest: 'ab'.repeat(32),
  parameters: { job: 'nightly', note: 'größer als 1 \u{1f511}', ratio: 0.5 },
  site_id: 'clinic-7',
  target_appliance_id: 'box-1',
  incident_id: '01900000-0000-7000-8000-000000000000',
  nonce: 'cd'.repeat(16),
  issued_at: '2026-01-10T12:00:00.000Z',
  expires_at: '2026-01-10T12:15:00.000Z',
  ttl_seconds: 900,
  trace_id: 'ef'.repeat(16),
};

/** An order as it comes over the wire; `changes` are signed too, as a faulty server would. */
export function anOrder(changes: Record<string, unknown> = {}, by = server): SignedOrder {
  return signOrder({ ...orderFields, ...changes }, by);
}
