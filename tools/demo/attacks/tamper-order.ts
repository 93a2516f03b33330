import type { RefusalCode } from '@countersign/appliance';
import type { OrderFields, SignedOrder } from '@countersign/shared/contracts';
import { canonicalString, openKeyRing, signOrder } from '@countersign/shared/crypto';

/** What somebody on the way does to an order. */
export type Tampering =
  | 'another runbook'
  | 'other parameters'
  | 'another box'
  | 'a longer life'
  | 'a flipped signature'
  | 'no signature'
  | "an impostor's signature";

const impostor = openKeyRing({ signingSeed: '66'.repeat(32) });

const methods: Record<Tampering, { alter: (order: SignedOrder) => object; refusedAs: RefusalCode }> = {
  'another runbook': { alter: (order) => ({ ...order, runbook_id: 'RB-WIPE-001' }), refusedAs: 'FIELD_MISMATCH' },
  'other parameters': { alter: (order) => ({ ...order, parameters: { force: true } }), refusedAs: 'FIELD_MISMATCH' },
  'another box': { alter: (order) => ({ ...order, target_appliance_id: 'box-2' }), refusedAs: 'FIELD_MISMATCH' },
  'a longer life': { alter: prolong, refusedAs: 'SIGNATURE_INVALID' },
  'a flipped signature': { alter: flipSignature, refusedAs: 'SIGNATURE_INVALID' },
  'no signature': { alter: ({ signature: _, ...order }) => order, refusedAs: 'MALFORMED' },
  "an impostor's signature": { alter: (order) => signOrder(fieldsOf(order), impostor), refusedAs: 'UNKNOWN_KEY' },
};

export const tamperings = Object.keys(methods) as Tampering[];

/** The order as it comes out, and the code that the box must refuse it with. */
export const tamperWith = (order: SignedOrder, tampering: Tampering): object => methods[tampering].alter(order);
export const refusalOf = (tampering: Tampering): RefusalCode => methods[tampering].refusedAs;

const fieldsOf = (order: SignedOrder): OrderFields => JSON.parse(order.signed_payload) as OrderFields;

/** Fields and payload agree, so only the signature can tell. */
function prolong(order: SignedOrder): object {
  const expires_at = new Date(Date.parse(order.expires_at) + 60_000).toISOString();
  const fields = { ...fieldsOf(order), expires_at };
  return { ...order, ...fields, signed_payload: canonicalString(fields) };
}

function flipSignature(order: SignedOrder): object {
  const [first = '0'] = order.signature;
  return { ...order, signature: (first === '0' ? '1' : '0') + order.signature.slice(1) };
}
