import { loadStatement, type Pool, textArray } from '@countersign/shared/persistence';

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

export const findProgress = loadStatement<BundleProgress & { evidence_id: string }>(
  import.meta.url,
  './find-progress.sql',
);

/** What became of bundles after they were accepted. */
export class ProgressRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** By evidence id; every id that is asked for is there. */
  async find(evidenceIds: readonly string[]): Promise<Map<string, BundleProgress>> {
    if (evidenceIds.length === 0) return new Map();
    const rows = await findProgress.run(this.pool, [textArray(evidenceIds)]);
    return new Map(rows.map((row) => [row.evidence_id, row]));
  }
}
