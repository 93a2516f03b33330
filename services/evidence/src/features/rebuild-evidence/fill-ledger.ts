import type { FullTile } from '@countersign/shared/ledger';
import { type CheckpointRow, LedgerWriter, type PlacedLeaf } from '../../persistence/rebuild/ledger-writer.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import type { StagedEvent, StagedEvents } from '../../persistence/rebuild/staged-events.ts';
import { countAloud, type Progress } from './progress.ts';
import { type LedgerVerifier, readLedger } from './read-ledger.ts';
import { stageLeaf } from './stage-leaf.ts';
import type { ReadableVault } from './vault-objects.ts';

export interface FillLedgerOptions {
  vault: ReadableVault;
  key: LedgerVerifier;
  target: RebuildTarget;
  staged: StagedEvents;
  progress: Progress;
}

/** What was read from the vault, and proved by its signatures. */
export interface FilledLedger {
  size: number;
  /** Of the newest checkpoint; null when there is none. */
  newest: { root: Uint8Array; note: string } | null;
  checkpoints: number;
  tiles: number;
}

const rowsAtOnce = 1_000;
const tilesAtOnce = 64;

/** Fills the tables of the ledger with what the vault holds of it. */
export async function fillLedger({ vault, key, target, staged, progress }: FillLedgerOptions): Promise<FilledLedger> {
  const writer = new LedgerWriter(target);
  const leaves = createBuffer<PlacedLeaf>(rowsAtOnce, (rows) => writer.leaves(rows));
  const tiles = createBuffer<FullTile>(tilesAtOnce, (rows) => writer.tiles(rows));
  const checkpoints = createBuffer<CheckpointRow>(rowsAtOnce, (rows) => writer.checkpoints(rows));
  const events = createBuffer<StagedEvent>(rowsAtOnce, (rows) => staged.add(rows));
  const filled: FilledLedger = { size: 0, newest: null, checkpoints: 0, tiles: 0 };
  const count = countAloud(progress, 'leaves');
  for await (const step of readLedger(vault, key)) {
    const { checkpoint, versionId, from } = step;
    const { size, root, note } = checkpoint;
    const publishedAt = step.storedAt.toISOString();
    for (const [at, read] of step.leaves.entries()) {
      const event = stageLeaf(from + at, read);
      if (event !== undefined) await events.add(event);
      await leaves.add({ index: from + at, leaf: read.leaf, recordedAt: publishedAt });
    }
    for (const tile of step.tiles) await tiles.add(tile);
    await checkpoints.add({ size, root, note, versionId, publishedAt });
    filled.size = size;
    filled.newest = { root, note };
    filled.checkpoints += 1;
    filled.tiles += step.tiles.length;
    count(step.leaves.length);
  }
  for (const buffer of [leaves, tiles, checkpoints, events]) await buffer.flush();
  await writer.head(filled.size);
  return filled;
}

/** Collects rows, and writes them so many at a time. */
function createBuffer<Row>(limit: number, write: (rows: readonly Row[]) => Promise<void>) {
  let rows: Row[] = [];
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const full = rows;
    rows = [];
    await write(full);
  };
  return {
    async add(row: Row): Promise<void> {
      rows.push(row);
      if (rows.length >= limit) await flush();
    },
    flush,
  };
}
