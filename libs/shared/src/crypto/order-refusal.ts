/**
 * Why an order is not carried out. An appliance signs and reports the code, so codes are never renamed.
 *
 * - `MALFORMED`: a field is missing or cannot be read (a time without zone, no nonce, no target, a payload that is
 *   not the canonical string of an object);
 * - `UNKNOWN_KEY`: `key_id` names none of the keys that the caller trusts;
 * - `SIGNATURE_INVALID`: the signature does not hold over `signed_payload`;
 * - `FIELD_MISMATCH`: an outer field differs from the signed one, or stands on one side only;
 * - `WRONG_SITE`, `WRONG_TARGET`: meant for another site or appliance;
 * - `WRONG_EPOCH`: signed before or after the enrolment that this appliance has;
 * - `TTL_TOO_LONG`, `NOT_YET_VALID` (issued more than two minutes ahead), `EXPIRED`.
 */
export type OrderRefusalCode =
  | 'MALFORMED'
  | 'UNKNOWN_KEY'
  | 'SIGNATURE_INVALID'
  | 'FIELD_MISMATCH'
  | 'WRONG_SITE'
  | 'WRONG_TARGET'
  | 'WRONG_EPOCH'
  | 'TTL_TOO_LONG'
  | 'NOT_YET_VALID'
  | 'EXPIRED';

export interface OrderRefusal {
  code: OrderRefusalCode;
  /** One sentence for a log or a person. */
  message: string;
  /** The field that the refusal is about, where it is about one. */
  field?: string;
}
