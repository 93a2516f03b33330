import type { FullTile } from '@countersign/shared/ledger';
import type { Pool } from 'pg';

const tilesAtOnce = 128;

/** Every full tile, in the order in which they became full: by the last leaf below it, and from the lowest level up. */
export async function* readTileRows(pool: Pool): AsyncGenerator<FullTile> {
  for (let [end, level] = [0, -1]; ;) {
    const { rows } = await pool.query<FullTile & { end: number }>(
      `select level::int as level, index::float8 as index, hashes, root, "end"
       from (select *, (index + 1)::float8 * power(256::float8, level + 1) as "end" from ledger_tiles) t
       where ("end", level::int) > ($1::float8, $2::int) order by "end", level limit $3`,
      [end, level, tilesAtOnce],
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    [end, level] = [last.end, last.level];
  }
}
