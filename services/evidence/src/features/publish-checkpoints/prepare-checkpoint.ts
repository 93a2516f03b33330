import { sha256Hex } from '@countersign/shared/crypto';
import { encodeEntryBundle, type FullTile, type LedgerFrontier, tileWidth } from '@countersign/shared/ledger';
import { batchKeyOf, dataKeyOf, tileKeyOf } from '../../domain/ledger-keys.ts';
import type { LeafBatch, LedgerReader } from '../../persistence/ledger-reader.ts';
import { type Entry, splitLeaves } from './split-leaves.ts';

/** What has to lie in the vault before a checkpoint may be signed. */
export interface LedgerObject {
  key: string;
  bytes: Uint8Array;
  contentType: string;
}

/** A checkpoint that only lacks its signature. */
export interface PreparedCheckpoint {
  /** Size of the checkpoint before. */
  from: number;
  size: number;
  root: Uint8Array;
  /** Tiles that become full by it. */
  tiles: FullTile[];
  objects: LedgerObject[];
  /** When the first of its leaves was sequenced. */
  since: Date;
}

export interface PrepareOptions {
  frontier: LedgerFrontier;
  reader: Pick<LedgerReader, 'readBatch'>;
  /** Leaves up to this size, as far as `maxBytes` goes. */
  to: number;
  maxBytes: number;
}

const binary = 'application/octet-stream';

/**
 * Reads the leaves behind the frontier, grows it by them, and makes the objects of the vault. What is in memory is
 * bounded by `maxBytes` and does not depend on the size of the log.
 */
export async function prepareCheckpoint(options: PrepareOptions): Promise<PreparedCheckpoint> {
  const { frontier, reader, to, maxBytes } = options;
  const from = frontier.size;
  const batch = await readFrom(reader, { from, to, maxBytes });
  const entries = splitLeaves(batch);
  const size = from + entries.length;
  const tiles = entries.flatMap(({ hash }) => frontier.append(hash));
  const objects = [
    ...tiles.map(({ level, index, hashes }) => ({ key: tileKeyOf(level, index), bytes: hashes, contentType: binary })),
    ...(await entryBundles(tiles, entries, { from, reader, maxBytes })),
    { key: batchKeyOf(size), bytes: bundleOf(entries), contentType: binary },
    ...(batch.data ?? []).map((data) => ({
      key: dataKeyOf(sha256Hex(data)),
      bytes: Buffer.from(data, 'utf8'),
      contentType: 'application/json',
    })),
  ];
  return { from, size, root: frontier.root(), tiles, objects, since: batch.since };
}

const bundleOf = (entries: readonly Entry[]): Uint8Array => encodeEntryBundle(entries.map(({ bytes }) => bytes));

async function readFrom(
  reader: PrepareOptions['reader'],
  { from, to, maxBytes }: { from: number; to: number; maxBytes: number },
): Promise<LeafBatch> {
  const batch = await reader.readBatch(from, to, maxBytes);
  if (batch?.first !== from || batch.last - from + 1 !== batch.count)
    throw new Error(`A leaf of the ledger is missing, at ${from} or behind it.`);
  return batch;
}

/** The bundles of the entries whose tile has become full; the first of them may begin before this checkpoint. */
async function entryBundles(
  tiles: readonly FullTile[],
  entries: readonly Entry[],
  { from, reader, maxBytes }: { from: number } & Pick<PrepareOptions, 'reader' | 'maxBytes'>,
): Promise<LedgerObject[]> {
  const full = tiles.filter(({ level }) => level === 0).map(({ index }) => index);
  if (full.length === 0) return [];
  const start = full[0]! * tileWidth;
  const earlier: Entry[] = [];
  while (start + earlier.length < from)
    earlier.push(...splitLeaves(await readFrom(reader, { from: start + earlier.length, to: from, maxBytes })));
  const all = [...earlier, ...entries];
  return full.map((index) => {
    const first = index * tileWidth - start;
    return {
      key: tileKeyOf('entries', index),
      bytes: bundleOf(all.slice(first, first + tileWidth)),
      contentType: binary,
    };
  });
}
