import { canonicalString } from './canonical-string.ts';
import { canonicalText } from './canonical-text.ts';

const unsigned: ReadonlySet<string> = new Set(['signature', 'signed_data']);

/**
 * The text that an appliance signs over its evidence: the canonical string of the request body of `POST /evidence`
 * without its fields `signature` and `signed_data`. The signer puts this text into `signed_data` and the Ed25519
 * signature over its UTF-8 into `signature` (128 hex); a verifier checks the signature over `signed_data` and then
 * demands that it equals what the received body gives.
 *
 * From a parsed body: for a JavaScript client, whose numbers are what JSON.parse made of them. Throws AppError
 * `CRYPTO.NOT_CANONICAL` (invalid).
 */
export function evidenceSignedText(body: Readonly<Record<string, unknown>>): string {
  const signed: Record<string, unknown> = {};
  // defineProperty, not assignment: a field named __proto__ must not change the object.
  for (const key of Object.keys(body)) {
    if (!unsigned.has(key))
      Object.defineProperty(signed, key, { value: body[key], enumerable: true, configurable: true, writable: true });
  }
  return canonicalString(signed);
}

/**
 * The same from the body as it was received, byte for byte what a Python client printed: 1.0 stays apart from 1. A
 * verifier holds the received text and uses this one.
 */
export const evidenceSignedTextOfJson = (body: string): string => canonicalText(body, { omit: unsigned });
