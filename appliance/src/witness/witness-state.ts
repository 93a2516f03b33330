import type { LieReason } from './judge-answer.ts';

/** What this box knows of the ledger, for people. */
export interface WitnessState {
  /**
   * - `waiting`: nothing was shown yet that could be verified;
   * - `watching`: what was shown last continues what was seen before;
   * - `refusing`: what was shown last was a lie.
   */
  status: 'waiting' | 'watching' | 'refusing';
  /** C2SP vkey of the ledger that this box believes; null: none yet. */
  ledgerKey: string | null;
  /** Entries of the newest ledger that was verified; 0: none yet. */
  size: number;
  /** Whether the ledger has shown nothing that held for longer than it may. */
  isSilent: boolean;
  /** Since when at the latest it has been silent, RFC 3339. */
  heardAt: string;
  /** The lies that were refused, oldest first; they stay on disk. */
  refusals: { reason: LieReason; seenSize: number; at: string; isDelivered: boolean }[];
}
