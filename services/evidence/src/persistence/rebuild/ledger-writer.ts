import { textArray } from '@countersign/shared/persistence';
import type { FullTile } from '@countersign/shared/ledger';
import type { Leaf } from '../../domain/leaf.ts';
import { joinOld, type RebuildTarget } from './rebuild-target.ts';

/** A leaf at its place. */
export interface PlacedLeaf {
  index: number;
  leaf: Leaf;
  /** When the vault had the checkpoint that covers it: it was sequenced before. */
  recordedAt: string;
}

export interface CheckpointRow {
  size: number;
  root: Uint8Array;
  note: string;
  versionId: string;
  /** When the vault had it. */
  publishedAt: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Fills the tables of the ledger in a new schema. Times of the database's own clock are kept from rows that were there. */
export class LedgerWriter {
  private readonly target: RebuildTarget;

  constructor(target: RebuildTarget) {
    this.target = target;
  }

  async leaves(rows: readonly PlacedLeaf[]): Promise<void> {
    const column = (read: (row: PlacedLeaf) => string | null) => textArray(rows.map(read));
    await this.target.pool.query(
      `insert into ledger_leaves
         (leaf_index, event_id, source, type, site_id, time, trace_id, leaf, leaf_hash, data, recorded_at,
          principal_id, route, error_code)
       select t.leaf_index::bigint, t.event_id, t.source, t.type, t.site_id, t.time::timestamptz, t.trace_id, t.leaf,
         decode(t.leaf_hash, 'hex'), t.data, coalesce(o.recorded_at, t.recorded_at::timestamptz),
         t.principal_id, t.route, t.error_code
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
         as t (leaf_index, event_id, source, type, site_id, time, trace_id, leaf, leaf_hash, data, recorded_at,
           principal_id, route, error_code)
       ${joinOld(this.target, 'ledger_leaves', 'o.event_id = t.event_id and o.source = t.source and o.leaf = t.leaf')}`,
      [
        column((row) => String(row.index)),
        column(({ leaf }) => leaf.eventId),
        column(({ leaf }) => leaf.source),
        column(({ leaf }) => leaf.type),
        column(({ leaf }) => leaf.siteId),
        column(({ leaf }) => leaf.time),
        column(({ leaf }) => leaf.traceId),
        column(({ leaf }) => leaf.text),
        column(({ leaf }) => leaf.hash),
        column(({ leaf }) => leaf.data),
        column((row) => row.recordedAt),
        column(({ leaf }) => leaf.principalId),
        column(({ leaf }) => leaf.route),
        column(({ leaf }) => leaf.errorCode),
      ],
    );
  }

  async tiles(tiles: readonly FullTile[]): Promise<void> {
    const column = (read: (tile: FullTile) => string) => textArray(tiles.map(read));
    await this.target.pool.query(
      `insert into ledger_tiles (level, index, hashes, root)
       select level::smallint, index::bigint, decode(hashes, 'base64'), decode(root, 'base64')
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t (level, index, hashes, root)`,
      [
        column((tile) => String(tile.level)),
        column((tile) => String(tile.index)),
        column((tile) => base64(tile.hashes)),
        column((tile) => base64(tile.root)),
      ],
    );
  }

  async checkpoints(rows: readonly CheckpointRow[]): Promise<void> {
    const column = (read: (row: CheckpointRow) => string) => textArray(rows.map(read));
    await this.target.pool.query(
      `insert into ledger_checkpoints (size, root, note, version_id, published_at)
       select t.size::bigint, decode(t.root, 'base64'), t.note, t.version_id,
         coalesce(o.published_at, t.published_at::timestamptz)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         as t (size, root, note, version_id, published_at)
       ${joinOld(this.target, 'ledger_checkpoints', 'o.size = t.size::bigint and o.note = t.note')}`,
      [
        column((row) => String(row.size)),
        column((row) => base64(row.root)),
        column((row) => row.note),
        column((row) => row.versionId),
        column((row) => row.publishedAt),
      ],
    );
  }

  async head(size: number): Promise<void> {
    await this.target.pool.query('update ledger_head set size = $1', [size]);
  }
}
