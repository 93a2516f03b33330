import { loadStatement } from '@countersign/shared/persistence';

/** How far a bundle is, as of now. */
export interface BundleProgress {
  /** The vault had answered the put. */
  stored_at: Date | null;
  /** It was read back from there. */
  sealed_at: Date | null;
  /** Of the sealed object, like the two below. */
  key: string | null;
  uri: string | null;
  version_id: string | null;
  /** With every extension. */
  retain_until: Date | null;
  legal_hold: boolean;
  /** Of the event that tells of the seal; null until it is sequenced. */
  leaf_index: number | null;
  /** When the first checkpoint that covers that leaf was published. */
  ledgered_at: Date | null;
}

/** $1 evidence ids, as text; a row for each. */
export const findProgress = loadStatement<BundleProgress & { evidence_id: string }>(
  import.meta.url,
  './find-progress.sql',
);
