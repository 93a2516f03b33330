import { sha256, sha256Hex } from '@countersign/shared/crypto';
import {
  encodeEntryBundle,
  type FullTile,
  isSameBytes,
  leafHash,
  LedgerFrontier,
  tileWidth,
} from '@countersign/shared/ledger';
import { datarefOf } from '../../domain/leaf.ts';
import { batchKeyOf, dataKeyOf, tileKeyOf } from '../../domain/ledger-keys.ts';
import type { LedgerReader, StoredLeaf } from '../../persistence/ledger-reader.ts';

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
  reader: Pick<LedgerReader, 'readLeaves'>;
  /** Leaves up to this size, as far as `maxBytes` goes. */
  to: number;
  maxBytes: number;
}

const binary = 'application/octet-stream';

/**
 * Reads the leaves behind the frontier, grows it by them, and makes the objects of the vault. What is in memory is
 * bounded by `maxBytes` and does not depend on the size of the log.
 */
export async function prepareCheckpoint({
  frontier,
  reader,
  to,
  maxBytes,
}: PrepareOptions): Promise<PreparedCheckpoint> {
  const from = frontier.size;
  const leaves = await reader.readLeaves(from, to, maxBytes);
  const [first] = leaves;
  if (first === undefined) throw new Error(`Leaf ${from} of the ledger is missing.`);
  const entries = leaves.map((leaf, at) => entryOf(leaf, from + at));
  const size = from + leaves.length;
  const tiles = leaves.flatMap((leaf) => frontier.append(leaf.hash));
  const objects: LedgerObject[] = tiles.map(({ level, index, hashes }) => ({
    key: tileKeyOf(level, index),
    bytes: hashes,
    contentType: binary,
  }));
  objects.push(...(await entryBundles({ tiles, from, entries, reader, maxBytes })));
  objects.push({ key: batchKeyOf(size), bytes: encodeEntryBundle(entries), contentType: binary });
  for (const { data } of leaves)
    if (data !== null)
      objects.push({
        key: dataKeyOf(sha256Hex(data)),
        bytes: Buffer.from(data, 'utf8'),
        contentType: 'application/json',
      });
  return { from, size, root: frontier.root(), tiles, objects, since: first.recordedAt };
}

/** The bytes of an entry; throws when the row is not as it was written. */
function entryOf({ index, text, hash, data }: StoredLeaf, expected: number): Uint8Array {
  const entry = Buffer.from(text, 'utf8');
  const isWhole = data === null || text.includes(datarefOf(data));
  if (index !== expected || !isWhole || !isSameBytes(leafHash(entry, sha256), hash))
    throw new Error(`Leaf ${expected} of the ledger is not as it was sequenced; it is not published.`);
  return entry;
}

/** The bundles of the entries whose tile has become full; the oldest of them may begin before this checkpoint. */
async function entryBundles({
  tiles,
  from,
  entries,
  reader,
  maxBytes,
}: { tiles: readonly FullTile[]; entries: readonly Uint8Array[]; from: number } & Pick<
  PrepareOptions,
  'reader' | 'maxBytes'
>): Promise<LedgerObject[]> {
  const full = tiles.filter(({ level }) => level === 0).map(({ index }) => index);
  if (full.length === 0) return [];
  const start = full[0]! * tileWidth;
  const earlier: Uint8Array[] = [];
  while (start + earlier.length < from) {
    const at = start + earlier.length;
    const leaves = await reader.readLeaves(at, from, maxBytes);
    if (leaves.length === 0) throw new Error(`Leaf ${at} of the ledger is missing.`);
    earlier.push(...leaves.map((leaf, offset) => entryOf(leaf, at + offset)));
  }
  const all = [...earlier, ...entries];
  return full.map((index) => {
    const first = index * tileWidth - start;
    const bytes = encodeEntryBundle(all.slice(first, first + tileWidth));
    return { key: tileKeyOf('entries', index), bytes, contentType: binary };
  });
}
