import { type OrderFields } from '../contracts/index.ts';
import { accept, refuse, type Result } from '../kernel/index.ts';
import { canonicalString } from './canonical-string.ts';
import { canonicalText } from './canonical-text.ts';
import { type Ed25519 } from './ed25519.ts';
import { parseInstant } from './instant.ts';
import { keyIdOf } from './key-id.ts';
import { type OrderRefusal, type OrderRefusalCode } from './order-refusal.ts';
import { envelopeFields, findMalformedField, isPlainObject } from './order-shape.ts';

/** How far the clock of an appliance may be behind the server's. */
const maxAheadMs = 120_000;

export interface OrderVerification {
  /** The keys that the last check-in delivered: `[current, previous?]`, 64 hex each. */
  publicKeys: readonly string[];
  siteId: string;
  /** The appliance's `host_id`: what `target_appliance_id` must say. */
  applianceId: string;
  /** How many times the appliance has enrolled: an order for another epoch is refused. Absent: it never did, any is taken. */
  applianceEpoch?: number | undefined;
  now: Date;
  /** The longest life that the appliance accepts, whatever the order says. */
  maxTtlSeconds: number;
  ed25519: Ed25519;
}

/**
 * Decides whether an order as received may be carried out, and returns the fields as they were signed. Deny by
 * default: what is missing or cannot be read is refused, and every outer field must equal the signed one, since a
 * client acts on the outer ones. Whether the nonce was seen before is for the caller, who keeps the nonces.
 */
export function verifyOrder(order: unknown, by: OrderVerification): Result<OrderFields, OrderRefusal> {
  if (!isPlainObject(order)) return no('MALFORMED', 'The order is not an object.');
  const malformed = findMalformedField(order);
  if (malformed !== undefined)
    return no('MALFORMED', `The field ${malformed} is missing or cannot be read.`, malformed);

  const payload = order['signed_payload'] as string;
  const key = by.publicKeys.find(
    (publicKey) => by.ed25519.isAcceptablePublicKey(publicKey) && keyIdOf(publicKey) === order['key_id'],
  );
  if (key === undefined)
    return no('UNKNOWN_KEY', 'The order is signed by a key that this appliance does not hold.', 'key_id');
  if (!by.ed25519.verify(payload, order['signature'] as string, key)) {
    return no('SIGNATURE_INVALID', 'The signature does not hold over the signed payload.', 'signature');
  }

  const signed = readPayload(payload);
  if (signed === undefined)
    return no('MALFORMED', 'The signed payload is not the canonical string of an object.', 'signed_payload');
  const mismatch = findMismatch(order, signed);
  if (mismatch !== undefined) return no('FIELD_MISMATCH', `The field ${mismatch} is not what was signed.`, mismatch);

  const fields = signed as unknown as OrderFields;
  return judgeTarget(fields, by) ?? judgeTime(fields, by) ?? accept(fields);
}

/** The payload as an object, unless another parser could read something else in it (duplicate keys, for one). */
function readPayload(payload: string): Record<string, unknown> | undefined {
  try {
    if (canonicalText(payload) !== payload) return undefined;
    const value: unknown = JSON.parse(payload);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function findMismatch(order: Record<string, unknown>, signed: Record<string, unknown>): string | undefined {
  const names = new Set([...Object.keys(order), ...Object.keys(signed)]);
  return [...names].find((name) => {
    const inEnvelope = envelopeFields.has(name);
    if (inEnvelope) return Object.hasOwn(signed, name);
    return !Object.hasOwn(order, name) || !Object.hasOwn(signed, name) || !isSame(order[name], signed[name]);
  });
}

function isSame(outer: unknown, signed: unknown): boolean {
  try {
    return canonicalString(outer) === canonicalString(signed);
  } catch {
    return false;
  }
}

function judgeTarget(fields: OrderFields, by: OrderVerification): Result<never, OrderRefusal> | undefined {
  if (fields.site_id !== by.siteId) return no('WRONG_SITE', 'The order is meant for another site.', 'site_id');
  if (fields.target_appliance_id !== by.applianceId)
    return no('WRONG_TARGET', 'The order is meant for another appliance.', 'target_appliance_id');
  if (by.applianceEpoch !== undefined && (fields.appliance_epoch ?? 0) !== by.applianceEpoch)
    return no('WRONG_EPOCH', 'The order belongs to another enrolment of this appliance.', 'appliance_epoch');
  return undefined;
}

function judgeTime(fields: OrderFields, by: OrderVerification): Result<never, OrderRefusal> | undefined {
  const issued = parseInstant(fields.issued_at)!;
  const expires = parseInstant(fields.expires_at)!;
  const now = by.now.getTime();
  if (fields.ttl_seconds > by.maxTtlSeconds)
    return no('TTL_TOO_LONG', 'The order lives longer than this appliance accepts.', 'ttl_seconds');
  if (expires - issued > by.maxTtlSeconds * 1000)
    return no('TTL_TOO_LONG', 'The order lives longer than this appliance accepts.', 'expires_at');
  if (expires <= issued) return no('MALFORMED', 'The order expires before it was issued.', 'expires_at');
  if (issued > now + maxAheadMs) return no('NOT_YET_VALID', 'The order was issued in the future.', 'issued_at');
  // Not "now < expires": with a clock that cannot be read (NaN) an order is over.
  if (!(now < expires && now < issued + fields.ttl_seconds * 1000))
    return no('EXPIRED', 'The order has expired.', 'expires_at');
  return undefined;
}

function no(code: OrderRefusalCode, message: string, field?: string): { ok: false; refusal: OrderRefusal } {
  return refuse(field === undefined ? { code, message } : { code, message, field });
}
