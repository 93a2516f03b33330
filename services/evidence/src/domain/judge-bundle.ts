import type { EvidenceSubmitted } from '@countersign/shared/contracts';
import { serverEd25519, sha256Hex } from '@countersign/shared/crypto';
import { accept, refuse, type Result } from '@countersign/shared/kernel';
import { isClockAhead } from './clock-bounds.ts';
import type { RefusalCode } from './evidence-errors.ts';

/** For a good bundle, the key that its signature was verified with; null when the appliance has none. */
export type Verdict = Result<{ publicKey: string | null }, RefusalCode>;

/**
 * Whether a bundle can be kept, given the key that its appliance is enrolled with (64 hex, or null). Without a key a
 * signature proves nothing, so it is neither demanded nor checked, and `publicKey` says so. Whoever did not sign is told
 * that, not what is wrong with the clock.
 */
export function judgeBundle(bundle: EvidenceSubmitted, enrolledKey: string | null): Verdict {
  if (sha256Hex(bundle.document) !== bundle.digest || !saysTheSame(bundle)) {
    return refuse('EVIDENCE.SIGNED_DATA_MISMATCH');
  }
  if (enrolledKey !== null) {
    if (bundle.signature === null) return refuse('EVIDENCE.SIGNATURE_REQUIRED');
    if (!serverEd25519.verify(bundle.document, bundle.signature, enrolledKey)) {
      return refuse('EVIDENCE.SIGNATURE_INVALID');
    }
  }
  if (isClockAhead(bundle)) return refuse('EVIDENCE.CLOCK_AHEAD');
  return accept({ publicKey: enrolledKey });
}

/**
 * Whether the fields that we act on are those of the signed text. The gateway took them from there; but the signature
 * stands for the text alone, and whoever relies on a field compares it.
 */
function saysTheSame({ document, ...said }: EvidenceSubmitted): boolean {
  let signed: unknown;
  try {
    signed = JSON.parse(document);
  } catch {
    return false;
  }
  if (typeof signed !== 'object' || signed === null) return false;
  const fields = signed as Record<string, unknown>;
  return (
    fields['bundle_id'] === said.bundle_id &&
    fields['site_id'] === said.site_id &&
    fields['host_id'] === said.host_id &&
    (fields['order_id'] ?? null) === said.order_id &&
    fields['outcome'] === said.outcome &&
    fields['timestamp_start'] === said.timestamp_start &&
    fields['timestamp_end'] === said.timestamp_end
  );
}
