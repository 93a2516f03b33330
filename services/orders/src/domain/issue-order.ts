import type { RunbookSelected, SignedOrder } from '@countersign/shared/contracts';
import { orderIdFor, type OrderSigner, signOrder } from '@countersign/shared/crypto';

export interface Issue {
  signer: OrderSigner;
  issuedAt: Date;
  ttlSeconds: number;
  /** 32 hex, never used before. */
  nonce: string;
  /** 32 hex; empty when nobody traced the incident. */
  traceId: string;
  /** How many times the appliance has enrolled; the order is for no other epoch. */
  applianceEpoch: number;
}

/** The signed order for an incident. The same incident always gives the same `order_id`, so that a repeat collides. */
export function issueOrder(
  selected: RunbookSelected,
  { signer, issuedAt, ttlSeconds, nonce, traceId, applianceEpoch }: Issue,
): SignedOrder {
  return signOrder(
    {
      order_id: orderIdFor(selected.incident_id),
      order_type: 'healing',
      runbook_id: selected.runbook_id,
      runbook_version: selected.runbook_version,
      runbook_digest: selected.runbook_digest,
      parameters: selected.parameters,
      site_id: selected.site_id,
      target_appliance_id: selected.host_id,
      incident_id: selected.incident_id,
      nonce,
      issued_at: issuedAt.toISOString(),
      expires_at: new Date(issuedAt.getTime() + ttlSeconds * 1_000).toISOString(),
      ttl_seconds: ttlSeconds,
      trace_id: traceId,
      appliance_epoch: applianceEpoch,
    },
    signer,
  );
}
