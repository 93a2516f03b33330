import { defineStatement, loadStatement, type Pool, textArray } from '@countersign/shared/persistence';
import type { PoolClient } from 'pg';
import type { PublishedCheckpoint } from './ledger-reader.ts';

/** A leaf with all of its columns. */
export interface LeafRow {
  index: number;
  eventId: string;
  source: string;
  type: string;
  siteId: string;
  time: Date;
  traceId: string | null;
  text: string;
  hash: Buffer;
  data: string | null;
}

export interface TileRow {
  level: number;
  index: number;
  hashes: Buffer;
  root: Buffer;
}

/** Where a row is missing; `submissions`: a bundle that was handed in has left nothing. */
export type LostTable = 'bundles' | 'seals' | 'submissions' | 'refusals' | 'retention_changes';

/** Rows that leaves tell of. */
export interface ToldRows {
  /** Evidence ids of `evidence.recorded`. */
  recorded: readonly string[];
  /** Event ids of the submissions that `evidence.refused` tells of. */
  refused: readonly string[];
  /** Ids of changes of retention. */
  changed: readonly string[];
  submitted: readonly { eventId: string; siteId: string; bundleId: string; evidenceId: string }[];
}

const leafColumns = `leaf_index::float8 as index, event_id as "eventId", source, type, site_id as "siteId", time,
  trace_id as "traceId", leaf as text, leaf_hash as hash, data`;
const readLeaves = defineStatement<LeafRow & Record<string, unknown>>(
  'scrub-leaves',
  `select ${leafColumns} from ledger_leaves where leaf_index >= $1 and leaf_index < $2 order by leaf_index`,
);
const readSiteLeaves = defineStatement<LeafRow & Record<string, unknown>>(
  'scrub-site-leaves',
  `select ${leafColumns} from ledger_leaves where site_id = $1 and leaf_index >= $2 order by leaf_index limit $3`,
);
const readCheckpoints = defineStatement<PublishedCheckpoint & Record<string, unknown>>(
  'scrub-checkpoints',
  `select size::float8 as size, root, note, published_at as "publishedAt", version_id as "versionId"
   from ledger_checkpoints
   where size > $1 and size <= coalesce((select min(size) from ledger_checkpoints where size >= $2), $2)
   order by ledger_checkpoints.size`,
);
const readTiles = defineStatement<TileRow & Record<string, unknown>>(
  'scrub-tiles',
  `select t.level::int, t.index::float8 as index, t.hashes, t.root
   from unnest($1::text[], $2::text[]) as asked (level, index)
   join ledger_tiles t on t.level = asked.level::smallint and t.index = asked.index::bigint`,
);
// One snapshot: what is appended moves the head in the same commit.
const readExtra = defineStatement<{ index: number }>(
  'scrub-extra-leaves',
  `select leaf_index::float8 as index from ledger_leaves
   where leaf_index >= (select size from ledger_head) order by leaf_index limit 100`,
);
const readPublished = defineStatement<{ size: number }>(
  'scrub-published',
  'select coalesce(max(size), 0)::float8 as size from ledger_checkpoints',
);
const readSize = defineStatement<{ size: number }>('scrub-size', 'select size::float8 as size from ledger_head');
const findLost = loadStatement<{ table: LostTable; key: string }>(import.meta.url, './find-lost-rows.sql');

/** The ledger as the scrubber reads it: row by row, believing nothing. */
export class ScrubLedgerRepository {
  private readonly on: Pool | PoolClient;

  constructor(on: Pool | PoolClient) {
    this.on = on;
  }

  /** The size of the largest checkpoint; 0 when there is none. */
  async published(): Promise<number> {
    const [row] = await readPublished.run(this.on, []);
    return row!.size;
  }

  /** Leaves that were sequenced. */
  async size(): Promise<number> {
    const [row] = await readSize.run(this.on, []);
    return row?.size ?? 0;
  }

  /** Leaves [from, to), those that are there. */
  leaves(from: number, to: number): Promise<LeafRow[]> {
    return readLeaves.run(this.on, [from, to]);
  }

  /** Leaves of a site from an index on. */
  siteLeaves(siteId: string, from: number, limit: number): Promise<LeafRow[]> {
    return readSiteLeaves.run(this.on, [siteId, from, limit]);
  }

  /** Leaves at places that were not given yet. */
  async extraLeaves(): Promise<number[]> {
    return (await readExtra.run(this.on, [])).map(({ index }) => index);
  }

  /** Checkpoints larger than `after`, up to the first one that covers `upTo` leaves. */
  checkpoints(after: number, upTo: number): Promise<PublishedCheckpoint[]> {
    return readCheckpoints.run(this.on, [after, upTo]);
  }

  tiles(wanted: readonly { level: number; index: number }[]): Promise<TileRow[]> {
    return readTiles.run(this.on, [
      textArray(wanted.map(({ level }) => String(level))),
      textArray(wanted.map(({ index }) => String(index))),
    ]);
  }

  /** Which of the rows that leaves tell of are not there; a submission by its event id. */
  findLost({ recorded, submitted, refused, changed }: ToldRows, durable: string) {
    return findLost.run(this.on, [
      textArray([...recorded]),
      textArray(submitted.map(({ eventId }) => eventId)),
      textArray(submitted.map(({ siteId }) => siteId)),
      textArray(submitted.map(({ bundleId }) => bundleId)),
      textArray(submitted.map(({ evidenceId }) => evidenceId)),
      durable,
      textArray([...refused]),
      textArray([...changed]),
    ]);
  }
}
