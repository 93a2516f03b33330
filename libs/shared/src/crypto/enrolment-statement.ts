import { canonicalString } from './canonical-string.ts';
import type { Ed25519 } from './ed25519.ts';
import { sha256Hex } from './sha256.ts';

/** No other text that this system signs has this field, so a proof of one kind is never one of another. */
export const enrolmentPurpose = 'countersign/enrolment/v1';

/** What an appliance says when it enrols, spelled as in the request. */
export interface EnrolmentStatement {
  token: string;
  site_id: string;
  host_id: string;
  /** 64 hex. */
  public_key: string;
  /** RFC 3339, as it is sent. */
  requested_at: string;
  /** 32 hex. */
  nonce: string;
}

/**
 * The text that proves possession of a new key: the canonical string of these fields, the purpose, and the token as the
 * SHA-256 of its UTF-8. The proof is good for this token, site, host and key only, and shows the token to nobody.
 */
export function enrolmentSignedText(statement: EnrolmentStatement): string {
  const { token, site_id, host_id, public_key, requested_at, nonce } = statement;
  const token_sha256 = sha256Hex(token);
  return canonicalString({
    purpose: enrolmentPurpose,
    token_sha256,
    site_id,
    host_id,
    public_key,
    requested_at,
    nonce,
  });
}

/** Whether the proof (128 hex) is the new key's signature over the statement. A key that may not be enrolled proves nothing. */
export function holdsEnrolmentProof(statement: EnrolmentStatement, proof: string, ed25519: Ed25519): boolean {
  return (
    ed25519.isAcceptablePublicKey(statement.public_key) &&
    ed25519.verify(enrolmentSignedText(statement), proof, statement.public_key)
  );
}
