import { defineStatement, loadStatement, type Pool, textArray } from '@countersign/shared/persistence';

/** A leaf that belongs into a kit; its text is read later. */
export interface FoundLeaf {
  index: number;
  /** Of its text, and of the data that it names. */
  bytes: number;
}

export interface LeafText {
  index: number;
  text: string;
  /** What `dataref` in the leaf stands for. */
  data: string | null;
}

export interface KitCheckpointRow {
  size: number;
  /** The signed note. */
  note: string;
  publishedAt: Date;
}

export interface WitnessRow {
  size: number;
  /** 64 hex. */
  publicKey: string;
  /** The signature line, with its newline. */
  line: string;
}

export interface KitQuestion {
  siteId: string;
  /** Size of the ledger. */
  head: number;
  /** RFC 3339. */
  from: string;
  to: string;
}

/** Leaves by what they are called. */
export interface NamedLeaves {
  ids: readonly { eventId: string; source: string }[];
  /** Bundles whose submissions are wanted. */
  evidenceIds: readonly string[];
}

const findLeaves = loadStatement<FoundLeaf & Record<string, unknown>>(import.meta.url, './find-kit-leaves.sql');
const findNamed = loadStatement<FoundLeaf & Record<string, unknown>>(import.meta.url, './find-named-leaves.sql');
const findWitnessed = loadStatement<WitnessRow & Record<string, unknown>>(import.meta.url, './find-witnessed.sql');
const readTexts = defineStatement<LeafText & Record<string, unknown>>(
  'read-kit-leaves',
  `select leaf_index::float8 as index, leaf as text, data from ledger_leaves
   where leaf_index = any ($1::text[]::bigint[]) order by leaf_index`,
);
const findBundles = defineStatement<{ id: string }>(
  'find-kit-bundles',
  `select evidence_id as id from bundles where site_id = $1 and (position between $2 and $3 or order_id = any ($4::text[]))`,
);
const readCheckpoints = defineStatement<KitCheckpointRow & Record<string, unknown>>(
  'read-kit-checkpoints',
  `select size::float8 as size, note, published_at as "publishedAt" from ledger_checkpoints
   where size = any ($1::text[]::bigint[]) order by size`,
);
const knowsSite = defineStatement<{ known: boolean }>(
  'knows-kit-site',
  'select exists (select from ledger_leaves where site_id = $1 and leaf_index < $2) as known',
);
const findTimestamps = defineStatement<{ size: number; response: Buffer }>(
  'find-kit-timestamps',
  `(select size::float8 as size, response from checkpoint_timestamps
    where size <= $1 and received_at < $2::timestamptz order by checkpoint_timestamps.size desc limit 1)
   union
   (select size::float8 as size, response from checkpoint_timestamps
    where size <= $1 and size > $3 and received_at < $2::timestamptz order by checkpoint_timestamps.size limit 1)
   order by 1`,
);

/** What an auditor's kit is made of. Everything that is read here was there before its head was published. */
export class KitRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Whether the ledger has any leaf of a site at a size. */
  async knowsSite({ siteId, head }: Pick<KitQuestion, 'siteId' | 'head'>): Promise<boolean> {
    const [row] = await knowsSite.run(this.pool, [siteId, head]);
    return row?.known === true;
  }

  findLeaves({ siteId, head, from, to }: KitQuestion, limit: number): Promise<FoundLeaf[]> {
    return findLeaves.run(this.pool, [siteId, head, from, to, limit]);
  }

  findNamed({ siteId, head }: KitQuestion, { ids, evidenceIds }: NamedLeaves): Promise<FoundLeaf[]> {
    return findNamed.run(this.pool, [
      siteId,
      head,
      textArray(ids.map(({ eventId }) => eventId)),
      textArray(ids.map(({ source }) => source)),
      textArray(evidenceIds),
    ]);
  }

  /** By index. */
  readTexts(indexes: readonly number[]): Promise<LeafText[]> {
    return readTexts.run(this.pool, [textArray(indexes.map(String))]);
  }

  /** Ids of the bundles of a site at positions (both ends inclusive; undefined: none), or that name one of these orders. */
  async findBundles(
    siteId: string,
    span: readonly [number, number] | undefined,
    orderIds: readonly string[],
  ): Promise<string[]> {
    const [first, last] = span ?? [0, 0];
    const rows = await findBundles.run(this.pool, [siteId, first, last, textArray(orderIds)]);
    return rows.map(({ id }) => id);
  }

  /** The published checkpoints of these sizes, as far as there are any. */
  readCheckpoints(sizes: readonly number[]): Promise<KitCheckpointRow[]> {
    return readCheckpoints.run(this.pool, [textArray(sizes.map(String))]);
  }

  /** Cosignatures that were there by a time: see the statement for which. */
  findWitnessed(siteId: string, head: number, until: Date, lastLeaf: number): Promise<WitnessRow[]> {
    return findWitnessed.run(this.pool, [head, until.toISOString(), siteId, lastLeaf]);
  }

  /** Timestamps that were there by a time: the newest, and the first that covers a leaf. */
  findTimestamps(head: number, until: Date, lastLeaf: number): Promise<{ size: number; response: Buffer }[]> {
    return findTimestamps.run(this.pool, [head, until.toISOString(), lastLeaf]);
  }
}
