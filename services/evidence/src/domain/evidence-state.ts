import type { EvidenceState } from '@countersign/shared/contracts';

/** How far a bundle is, by the last thing that happened to it. */
export function evidenceStateOf(at: {
  stored_at: Date | null;
  sealed_at: Date | null;
  ledgered_at: Date | null;
}): EvidenceState {
  if (at.ledgered_at !== null) return 'ledgered';
  if (at.sealed_at !== null) return 'sealed';
  return at.stored_at === null ? 'accepted' : 'stored';
}
