import { z } from 'zod';
import { hex, identifier, instant, jsonObject, orderId, uuid } from './identifiers.ts';

/** What the signature covers: the canonical string of exactly these fields is `signed_payload`. */
export const orderFields = z.object({
  order_id: orderId,
  order_type: z.literal('healing'),
  runbook_id: z.string(),
  runbook_version: z.string(),
  runbook_digest: hex(32),
  parameters: jsonObject,
  site_id: identifier,
  target_appliance_id: identifier,
  incident_id: uuid,
  nonce: hex(16),
  issued_at: instant,
  expires_at: instant,
  ttl_seconds: z.int().positive(),
  trace_id: z.string(),
  appliance_epoch: z
    .int()
    .nonnegative()
    .optional()
    .describe('How many times the appliance had enrolled when the order was signed; it is for no other epoch.'),
});

export const signedOrder = orderFields.extend({
  signed_payload: z.string(),
  signature: hex(64),
  key_id: hex(8),
});

export const ordersResponse = z.object({
  site_id: identifier,
  orders: z.array(signedOrder),
  count: z.int().nonnegative(),
  next: z.string().nullable().describe('Pass as `after` for the next page; null when this is the last.'),
});

export const pollQuery = z.object({
  host_id: identifier.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: orderId.optional(),
});

export const acknowledgeRequest = z.object({ site_id: identifier, order_id: orderId });

export const acknowledgeResponse = z.object({
  status: z.literal('acknowledged'),
  order_id: orderId,
  timestamp: instant,
});

export const orderIssued = orderFields.extend({ host_id: identifier, key_id: hex(8), signature: hex(64) });

const target = { order_id: orderId, site_id: identifier, host_id: identifier };

export const orderJoined = z.object({ ...target, incident_id: uuid, joined_at: instant });
export const orderDelivered = z.object({ ...target, delivered_at: instant });
export const orderAcknowledged = z.object({ ...target, principal_id: uuid, acknowledged_at: instant });

export const orderClosed = z.object({
  ...target,
  status: z.enum(['completed', 'failed', 'expired', 'cancelled']),
  reason: z.string(),
  evidence_id: uuid.nullable(),
  incident_ids: z.array(uuid),
  closed_at: instant,
});

export type OrderFields = z.output<typeof orderFields>;
export type SignedOrder = z.output<typeof signedOrder>;
export type OrdersResponse = z.output<typeof ordersResponse>;
export type AcknowledgeRequest = z.output<typeof acknowledgeRequest>;
export type AcknowledgeResponse = z.output<typeof acknowledgeResponse>;
export type OrderIssued = z.output<typeof orderIssued>;
export type OrderJoined = z.output<typeof orderJoined>;
export type OrderDelivered = z.output<typeof orderDelivered>;
export type OrderAcknowledged = z.output<typeof orderAcknowledged>;
export type OrderClosed = z.output<typeof orderClosed>;
