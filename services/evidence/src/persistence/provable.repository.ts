import { loadStatement, type Pool, textArray } from '@countersign/shared/persistence';

/** What a proof is asked for. */
export interface ProvableItem {
  site_id: string;
  kind: 'evidence' | 'order' | 'incident';
  id: string;
}

/** A thing that is known; `index`, `leaf` and `hash` are null while it has no leaf. */
export interface ProvableLeaf {
  /** Which of the questions it answers. */
  at: number;
  index: number | null;
  leaf: string | null;
  hash: Buffer | null;
}

const find = loadStatement<ProvableLeaf & Record<string, unknown>>(import.meta.url, './find-provable.sql');

/** Finds the leaves by which things of a site are in the ledger. */
export class ProvableRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async find(items: readonly ProvableItem[]): Promise<ProvableLeaf[]> {
    const column = (read: (item: ProvableItem) => string) => textArray(items.map(read));
    return find.run(this.pool, [
      column((item) => item.site_id),
      column((item) => item.kind),
      column((item) => item.id),
    ]);
  }
}
