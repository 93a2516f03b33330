import { isHex } from './hex.ts';
import { parseInstant } from './instant.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isInstant = (value: unknown): boolean => parseInstant(value) !== undefined;
const isHexOf = (length: number) => (value: unknown) => isHex(value, length);

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What travels beside the signed fields, and is not in `signed_payload`. */
export const envelopeFields: ReadonlySet<string> = new Set(['signed_payload', 'signature', 'key_id']);

/** Every field of an order, with the least that must hold before any of it is believed. */
const checks: Record<string, (value: unknown) => boolean> = {
  order_id: isHexOf(16),
  order_type: isText,
  runbook_id: isText,
  runbook_version: isText,
  runbook_digest: isHexOf(64),
  parameters: isPlainObject,
  site_id: isText,
  target_appliance_id: isText,
  incident_id: isText,
  nonce: isHexOf(32),
  issued_at: isInstant,
  expires_at: isInstant,
  ttl_seconds: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  trace_id: (value) => typeof value === 'string',
  signed_payload: isText,
  signature: isHexOf(128),
  key_id: isHexOf(16),
};

/** Orders that were signed before appliances had epochs do not have it. */
const optional: Record<string, (value: unknown) => boolean> = {
  appliance_epoch: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

/** The first field that is missing or cannot be read, if any. Absent and malformed are the same: a refusal. */
export function findMalformedField(order: Record<string, unknown>): string | undefined {
  const unreadable = Object.keys(optional).find(
    (field) => Object.hasOwn(order, field) && !optional[field]!(order[field]),
  );
  return (
    Object.keys(checks).find((field) => !Object.hasOwn(order, field) || !checks[field]!(order[field])) ?? unreadable
  );
}
