import type { OrderFields } from '@countersign/shared/contracts';
import { canonicalString, isHex } from '@countersign/shared/crypto';
import { type Fields, isFields, textsOf } from '../facts/read-fields.ts';

/** The names of what an order's signature covers; a type error here means that the contract has others. */
const signedNames: Record<keyof OrderFields, true> = {
  order_id: true,
  order_type: true,
  runbook_id: true,
  runbook_version: true,
  runbook_digest: true,
  parameters: true,
  site_id: true,
  target_appliance_id: true,
  incident_id: true,
  nonce: true,
  issued_at: true,
  expires_at: true,
  ttl_seconds: true,
  trace_id: true,
};

/** An order as it went over the wire. */
export type KitOrder = OrderFields & { signed_payload: string; signature: string; key_id: string };

/**
 * The order that a leaf of `orders.issued.v1` tells of. What was signed is the canonical string of its fields. Undefined
 * for a leaf that lacks a field of it.
 */
export function readOrder(data: Fields): KitOrder | undefined {
  const names = Object.keys(signedNames);
  const envelope = textsOf(data, 'order_id', 'signature', 'key_id');
  if (envelope === undefined || !isHex(envelope[0], 16)) return undefined;
  const [, signature, key_id] = envelope;
  if (!names.every((name) => Object.hasOwn(data, name)) || !isFields(data['parameters'])) return undefined;
  const fields = Object.fromEntries(names.map((name) => [name, data[name]])) as unknown as OrderFields;
  try {
    return { ...fields, signed_payload: canonicalString(fields), signature, key_id };
  } catch {
    return undefined;
  }
}
