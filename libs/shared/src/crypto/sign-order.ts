import { type OrderFields, type SignedOrder } from '../contracts/index.ts';
import { canonicalString } from './canonical-string.ts';

/** What of a key ring signing needs; a test may sign with `naclEd25519`. */
export interface OrderSigner {
  readonly keyId: string;
  sign(text: string): string;
}

/**
 * Makes the order that goes over the wire. `signed_payload` is the canonical string of all given fields: it is built
 * here once, then stored and sent, never rebuilt. Throws AppError `CRYPTO.NOT_CANONICAL` when the parameters hold
 * what no JSON can carry.
 */
export function signOrder(fields: OrderFields, signer: OrderSigner): SignedOrder {
  const signedPayload = canonicalString(fields);
  return { ...fields, signed_payload: signedPayload, signature: signer.sign(signedPayload), key_id: signer.keyId };
}
