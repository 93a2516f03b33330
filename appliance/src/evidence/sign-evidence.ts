import type { EvidenceRequest } from '@countersign/shared/contracts';
import { evidenceSignedText, type Signer } from '@countersign/shared/crypto/portable';

/** A bundle before it is signed. Fields beyond those of the contract are signed and kept as well. */
export type EvidenceBundle = EvidenceRequest;

/**
 * The body of `POST /evidence`: the bundle with `signed_data` (its canonical string) and `signature` (Ed25519 over
 * that). Send this text as it is; a signature of the bundle's own is replaced.
 * Throws AppError `CRYPTO.NOT_CANONICAL` (invalid) for what no JSON can carry.
 */
export function signEvidence(bundle: EvidenceBundle, signer: Signer): string {
  // As it will travel: without what is undefined, and with numbers as they are printed.
  const { signature: _, signed_data: __, ...body } = JSON.parse(JSON.stringify(bundle)) as Record<string, unknown>;
  const signedData = evidenceSignedText(body);
  return JSON.stringify({ ...body, signed_data: signedData, signature: signer.sign(signedData) });
}
