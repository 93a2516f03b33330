import type { OrderFields } from '@countersign/shared/contracts';
import { canonicalString, isHex } from '@countersign/shared/crypto';
import { type Fields, isFields, textsOf } from '../facts/read-fields.ts';

/** The names of what an order's signature covers; a type error here means that the contract has others. */
const signedNames: Record<keyof OrderFields, 'always' | 'perhaps'> = {
  order_id: 'always',
  order_type: 'always',
  runbook_id: 'always',
  runbook_version: 'always',
  runbook_digest: 'always',
  parameters: 'always',
  site_id: 'always',
  target_appliance_id: 'always',
  incident_id: 'always',
  nonce: 'always',
  issued_at: 'always',
  expires_at: 'always',
  ttl_seconds: 'always',
  trace_id: 'always',
  appliance_epoch: 'perhaps',
};

const always = Object.entries(signedNames).flatMap(([name, when]) => (when === 'always' ? [name] : []));

/** An order as it went over the wire. */
export type KitOrder = OrderFields & { signed_payload: string; signature: string; key_id: string };

/**
 * The order that a leaf of `orders.issued.v1` tells of. What was signed is the canonical string of its fields. Undefined
 * for a leaf that lacks a field of it.
 */
export function readOrder(data: Fields): KitOrder | undefined {
  const names = Object.keys(signedNames).filter((name) => Object.hasOwn(data, name));
  const envelope = textsOf(data, 'order_id', 'signature', 'key_id');
  if (envelope === undefined || !isHex(envelope[0], 16)) return undefined;
  const [, signature, key_id] = envelope;
  if (!always.every((name) => Object.hasOwn(data, name)) || !isFields(data['parameters'])) return undefined;
  const fields = Object.fromEntries(names.map((name) => [name, data[name]])) as unknown as OrderFields;
  try {
    return { ...fields, signed_payload: canonicalString(fields), signature, key_id };
  } catch {
    return undefined;
  }
}
