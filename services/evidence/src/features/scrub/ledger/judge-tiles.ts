import { type FullTile, isSameBytes } from '@countersign/shared/ledger';
import { tileKeyOf } from '../../../domain/ledger-keys.ts';
import type { ScrubLedgerRepository, TileRow } from '../../../persistence/scrub-ledger.repository.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import type { KeptObject, VaultReads } from '../vault-reads.ts';
import type { LedgerPage } from './read-page.ts';

interface JudgeTilesOptions {
  full: readonly FullTile[];
  ledger: Pick<ScrubLedgerRepository, 'tiles'>;
  reads: VaultReads;
}

/** Holds the tiles that became full in a page, as rows and as objects, against those that were recomputed. */
export async function judgeTiles(page: LedgerPage, { full, ledger, reads }: JudgeTilesOptions): Promise<Fault[]> {
  const faults: Fault[] = [];
  const above = full.filter(({ level }) => level > 0);
  const rows = above.length === 0 ? [] : await ledger.tiles(above);
  for (const tile of full) {
    const { level, index } = tile;
    const isLowest = level === 0;
    const row = isLowest ? page.tile.row : rows.find((one) => one.level === level && one.index === index);
    const object = isLowest ? page.tile.object : await reads.first(tileKeyOf(level, index));
    faults.push(...judgeRow(tile, row), ...judgeObject(tile, object));
    if (object !== undefined) faults.push(...(await reads.faultsAbove(object, null)));
  }
  return faults;
}

function judgeRow(tile: FullTile, row: TileRow | undefined): Fault[] {
  const item = rowItem('ledger_tiles', `${tile.level}/${tile.index}`);
  const about = { item, siteId: null, facts: {} };
  if (row === undefined) return [{ kind: 'tile-missing', ...about, detail: 'The row of a full tile is not there.' }];
  if (isSameBytes(row.hashes, tile.hashes) && isSameBytes(row.root, tile.root)) return [];
  return [{ kind: 'tile-changed', ...about, detail: 'The row is not the tile that its leaves make.' }];
}

function judgeObject(tile: FullTile, object: KeptObject | undefined): Fault[] {
  const key = tileKeyOf(tile.level, tile.index);
  const about = { item: objectItem(key, object?.versionId), siteId: null, facts: {} };
  if (object === undefined) return [{ kind: 'tile-missing', ...about, detail: 'The vault does not have a full tile.' }];
  if (isSameBytes(object.bytes, tile.hashes)) return [];
  return [{ kind: 'tile-changed', ...about, detail: 'The object is not the tile that its leaves make.' }];
}
