import { describe, expect, it } from 'vitest';
import { type OrderFields, type SignedOrder } from '../contracts/index.ts';
import { canonicalString } from './canonical-string.ts';
import { openKeyRing } from './key-ring.ts';
import { naclEd25519 } from './nacl-ed25519.ts';
import { nodeEd25519 } from './node-ed25519.ts';
import { by, fields, refusalOf, ring } from './orders.conformance.ts';
import { signOrder } from './sign-order.ts';
import { type OrderVerification, verifyOrder } from './verify-order.ts';

const previousRing = openKeyRing({ signingSeed: '22'.repeat(32) });
const strangerRing = openKeyRing({ signingSeed: '33'.repeat(32) });

const order = signOrder(fields, ring);

const at = (time: string): OrderVerification => ({ ...by, now: new Date(time) });

/** Signs whatever it is given with the server's own key: what a faulty server could send. */
function signAnything(payload: Record<string, unknown>): SignedOrder {
  return signOrder(payload as unknown as OrderFields, ring);
}
function without(value: object, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
}

describe('signOrder', () => {
  it('signs the canonical string of all fields and sends that very string', () => {
    expect(order.signed_payload).toBe(canonicalString(fields));
    expect(order.key_id).toBe(ring.keyId);
    expect(naclEd25519.verify(order.signed_payload, order.signature, ring.publicKey)).toBe(true);
    expect(order).toMatchObject(fields);
  });
});

describe.each([
  ['node:crypto', nodeEd25519],
  ['tweetnacl', naclEd25519],
])('verifyOrder on %s', (_, ed25519) => {
  it('accepts the order after a trip over the wire and returns the signed fields', () => {
    const received: unknown = JSON.parse(JSON.stringify(order));
    expect(verifyOrder(received, { ...by, ed25519 })).toEqual({ ok: true, value: fields });
  });

  it('refuses a payload changed after signing', () => {
    const forged = { ...order, signed_payload: order.signed_payload.replace('/data', '/home') };
    expect(refusalOf(forged, { ...by, ed25519 })).toEqual(['SIGNATURE_INVALID', 'signature']);
  });
});

describe('verifyOrder', () => {
  const others: Record<Exclude<keyof OrderFields, 'appliance_epoch'>, unknown> = {
    order_id: 'fedcba9876543210',
    order_type: 'update_agent',
    runbook_id: 'RB-DISK-001',
    runbook_version: '1.1',
    runbook_digest: 'ba'.repeat(32),
    parameters: { ...fields.parameters, volume: '/home' },
    site_id: 'clinic-8',
    target_appliance_id: 'box-2',
    incident_id: '01900000-0000-7000-8000-000000000001',
    nonce: 'dc'.repeat(16),
    issued_at: '2026-01-10T12:00:01.000Z',
    expires_at: '2026-01-10T12:16:00.000Z',
    ttl_seconds: 901,
    trace_id: 'fe'.repeat(16),
  };

  it.each(Object.entries(others))('refuses an outer %s that differs from the signed one', (field, value) => {
    expect(refusalOf({ ...order, [field]: value })).toEqual(['FIELD_MISMATCH', field]);
  });

  it('refuses a difference deep in the parameters, or a parameter of another type', () => {
    expect(refusalOf({ ...order, parameters: { ...fields.parameters, steps: [1, null, false] } })).toEqual([
      'FIELD_MISMATCH',
      'parameters',
    ]);
    expect(refusalOf({ ...order, parameters: { ...fields.parameters, threshold: '0.5' } })).toEqual([
      'FIELD_MISMATCH',
      'parameters',
    ]);
    expect(refusalOf({ ...order, parameters: {} })).toEqual(['FIELD_MISMATCH', 'parameters']);
  });

  it('refuses an outer field that was not signed, even one that nobody knows', () => {
    expect(refusalOf({ ...order, priority: 9 })).toEqual(['FIELD_MISMATCH', 'priority']);
    const named = JSON.parse(`{"__proto__":{},${JSON.stringify(order).slice(1)}`) as unknown;
    expect(refusalOf(named)).toEqual(['FIELD_MISMATCH', '__proto__']);
  });

  it('refuses a signed field that the order does not show', () => {
    expect(refusalOf(without(signAnything({ ...fields, scope: 'site' }), 'scope'))).toEqual([
      'FIELD_MISMATCH',
      'scope',
    ]);
  });

  it('refuses a payload that names an envelope field', () => {
    const odd = { ...signAnything({ ...fields, key_id: ring.keyId }), key_id: ring.keyId };
    expect(refusalOf(odd)).toEqual(['FIELD_MISMATCH', 'key_id']);
  });

  it.each(Object.keys(fields))('refuses an order without %s, though the server signed it so', (field) => {
    expect(refusalOf(signAnything(without(fields, field)))).toEqual(['MALFORMED', field]);
  });

  it.each(Object.keys(fields))('refuses an order that shows a %s which was never signed', (field) => {
    const signed = signAnything(without(fields, field));
    expect(refusalOf({ ...signed, [field]: fields[field as keyof OrderFields] })).toEqual(['FIELD_MISMATCH', field]);
  });

  it.each([
    ['expires_at', fields.issued_at],
    ['expires_at', '2026-01-10T12:15:00'],
    ['expires_at', 'never'],
    ['expires_at', null],
    ['expires_at', 1768047300],
    ['expires_at', '2026-02-30T12:15:00Z'],
    ['issued_at', '2026-01-10T12:00:00.000'],
    ['nonce', ''],
    ['nonce', 'CD'.repeat(16)],
    ['target_appliance_id', ''],
    ['target_appliance_id', null],
    ['parameters', []],
    ['ttl_seconds', '900'],
    ['ttl_seconds', 0],
    ['ttl_seconds', 900.5],
    ['order_id', '../../etc/passwd'],
    ['runbook_digest', 'ab'],
  ])('refuses a signed order whose %s is %j', (field, value) => {
    expect(refusalOf(signAnything({ ...fields, [field]: value }))).toEqual(['MALFORMED', field]);
  });

  it.each([null, undefined, 'order', 7, [], [order]])('refuses %s as an order', (received) => {
    expect(refusalOf(received)).toEqual(['MALFORMED', undefined]);
  });

  it.each(['signed_payload', 'signature', 'key_id'])('refuses an order without %s', (field) => {
    expect(refusalOf(without(order, field))).toEqual(['MALFORMED', field]);
  });

  it('refuses a signature in upper case', () => {
    expect(refusalOf({ ...order, signature: order.signature.toUpperCase() })).toEqual(['MALFORMED', 'signature']);
  });

  it('refuses a payload that two parsers may read differently, though it is signed', () => {
    const twice = order.signed_payload.replace('"order_id"', '"order_id": "aaaaaaaaaaaaaaaa", "order_id"');
    const sign = (payload: string): object => ({ ...order, signed_payload: payload, signature: ring.sign(payload) });
    expect(refusalOf(sign(twice))).toEqual(['MALFORMED', 'signed_payload']);
    expect(refusalOf(sign(JSON.stringify(fields)))).toEqual(['MALFORMED', 'signed_payload']);
    expect(refusalOf(sign('[]'))).toEqual(['MALFORMED', 'signed_payload']);
    expect(refusalOf(sign('not json'))).toEqual(['MALFORMED', 'signed_payload']);
  });

  it('refuses the signature of another payload of the same server', () => {
    const other = signOrder({ ...fields, runbook_id: 'RB-DISK-001' }, ring);
    expect(refusalOf({ ...order, signature: other.signature })).toEqual(['SIGNATURE_INVALID', 'signature']);
  });

  it('refuses a stranger who signs correctly, under his own key id and under ours', () => {
    const forged = signOrder(fields, strangerRing);
    expect(refusalOf(forged)).toEqual(['UNKNOWN_KEY', 'key_id']);
    expect(refusalOf({ ...forged, key_id: ring.keyId })).toEqual(['SIGNATURE_INVALID', 'signature']);
  });

  it('accepts the previous key during a rotation and not after it', () => {
    const signedBefore = signOrder(fields, previousRing);
    expect(refusalOf(signedBefore, { ...by, publicKeys: [ring.publicKey, previousRing.publicKey] })).toBe('accepted');
    expect(refusalOf(signedBefore)).toEqual(['UNKNOWN_KEY', 'key_id']);
  });

  it('refuses everything when it holds no key, or only an unacceptable one', () => {
    expect(refusalOf(order, { ...by, publicKeys: [] })).toEqual(['UNKNOWN_KEY', 'key_id']);
    expect(refusalOf(order, { ...by, publicKeys: [ring.publicKey.toUpperCase(), '', '00'.repeat(32)] })).toEqual([
      'UNKNOWN_KEY',
      'key_id',
    ]);
  });

  it('refuses a replay to another site or a sibling appliance', () => {
    expect(refusalOf(order, { ...by, siteId: 'clinic-8' })).toEqual(['WRONG_SITE', 'site_id']);
    expect(refusalOf(order, { ...by, applianceId: 'box-2' })).toEqual(['WRONG_TARGET', 'target_appliance_id']);
    expect(refusalOf(order, { ...by, applianceId: 'BOX-1' })).toEqual(['WRONG_TARGET', 'target_appliance_id']);
  });

  it('accepts until the last millisecond and not at the expiry', () => {
    expect(refusalOf(order, at('2026-01-10T12:14:59.999Z'))).toBe('accepted');
    expect(refusalOf(order, at('2026-01-10T12:15:00Z'))).toEqual(['EXPIRED', 'expires_at']);
    expect(refusalOf(order, at('2027-01-10T12:15:00Z'))).toEqual(['EXPIRED', 'expires_at']);
  });

  it('bears a clock that is two minutes behind and not more (an RTC reset to 1970 runs nothing)', () => {
    expect(refusalOf(order, at('2026-01-10T11:58:00Z'))).toBe('accepted');
    expect(refusalOf(order, at('2026-01-10T11:57:59.999Z'))).toEqual(['NOT_YET_VALID', 'issued_at']);
    expect(refusalOf(order, at('1970-01-01T00:00:00Z'))).toEqual(['NOT_YET_VALID', 'issued_at']);
    expect(refusalOf(order, at('no time'))).toEqual(['EXPIRED', 'expires_at']);
  });

  it('reads the expiry in its own zone', () => {
    const shifted = signOrder(
      { ...fields, issued_at: '2026-01-10T14:00:00+02:00', expires_at: '2026-01-10T07:15:00-05:00' },
      ring,
    );
    expect(refusalOf(shifted, at('2026-01-10T12:14:59Z'))).toBe('accepted');
    expect(refusalOf(shifted, at('2026-01-10T12:15:00Z'))).toEqual(['EXPIRED', 'expires_at']);
  });

  it('refuses a life longer than the appliance accepts, whichever field says so', () => {
    const tenYears = 315_360_000;
    expect(refusalOf(signOrder({ ...fields, ttl_seconds: tenYears }, ring))).toEqual(['TTL_TOO_LONG', 'ttl_seconds']);
    expect(refusalOf(signOrder({ ...fields, expires_at: '2036-01-10T12:00:00Z' }, ring))).toEqual([
      'TTL_TOO_LONG',
      'expires_at',
    ]);
  });

  it('takes the earlier end when expiry and time to live disagree', () => {
    const short = signOrder({ ...fields, ttl_seconds: 60 }, ring);
    expect(refusalOf(short, at('2026-01-10T12:00:59Z'))).toBe('accepted');
    expect(refusalOf(short, at('2026-01-10T12:01:00Z'))).toEqual(['EXPIRED', 'expires_at']);
  });
});
