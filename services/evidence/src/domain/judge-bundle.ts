import type { EvidenceSubmitted } from '@countersign/shared/contracts';
import { nodeEd25519, sha256Hex } from '@countersign/shared/crypto';
import { accept, refuse, type Result } from '@countersign/shared/kernel';
import type { RefusalCode } from './evidence-errors.ts';

/** For a good bundle, the key that its signature was verified with; null when the appliance has none. */
export type Verdict = Result<{ publicKey: string | null }, RefusalCode>;

/**
 * Whether a bundle can be kept, given the key that its appliance is enrolled with (64 hex, or null). Without a key a
 * signature proves nothing, so it is neither demanded nor checked, and `publicKey` says so.
 */
export function judgeBundle(bundle: EvidenceSubmitted, enrolledKey: string | null): Verdict {
  if (sha256Hex(bundle.document) !== bundle.digest || !saysTheSame(bundle)) {
    return refuse('EVIDENCE.SIGNED_DATA_MISMATCH');
  }
  if (enrolledKey === null) return accept({ publicKey: null });
  if (bundle.signature === null) return refuse('EVIDENCE.SIGNATURE_REQUIRED');
  if (!nodeEd25519.verify(bundle.document, bundle.signature, enrolledKey)) return refuse('EVIDENCE.SIGNATURE_INVALID');
  return accept({ publicKey: enrolledKey });
}

/**
 * Whether the fields that we act on are those of the signed text. The gateway took them from there; but the signature
 * stands for the text alone, and whoever relies on a field compares it.
 */
function saysTheSame({ document, bundle_id, site_id, host_id, order_id, outcome }: EvidenceSubmitted): boolean {
  let signed: unknown;
  try {
    signed = JSON.parse(document);
  } catch {
    return false;
  }
  if (typeof signed !== 'object' || signed === null) return false;
  const fields = signed as Record<string, unknown>;
  return (
    fields['bundle_id'] === bundle_id &&
    fields['site_id'] === site_id &&
    fields['host_id'] === host_id &&
    (fields['order_id'] ?? null) === order_id &&
    fields['outcome'] === outcome
  );
}
