import { type Bytes, sameBytes } from './bytes.ts';
import { emptyRoot, nodeHash } from './merkle-hash.ts';
import { demand } from './refusal.ts';
import { tilePath, tilesOf, tileWidth } from './tile-path.ts';

/** Gives the bytes of a tile of hashes. */
export type FetchTile = (level: number, index: number, width: number) => Promise<Uint8Array>;

/** RFC 6962 section 2.1 over subtrees of one size, of which the last may be smaller. */
async function rootOf(hashes: readonly Bytes[]): Promise<Bytes> {
  if (hashes.length === 1) return hashes[0]!;
  let left = 1;
  while (left * 2 < hashes.length) left *= 2;
  return nodeHash(...(await Promise.all([rootOf(hashes.slice(0, left)), rootOf(hashes.slice(left))])));
}

/**
 * The root of a tree of this size, from all of its tiles (C2SP tlog-tiles). Each hash of a tile above the first level
 * is held against the full tile below that it stands for.
 */
export async function rootFromTiles(fetchTile: FetchTile, size: number): Promise<Bytes> {
  let below: Bytes[] = []; // roots of the full tiles of the level below
  let right: Bytes | undefined; // root of all that is right of them
  for (const [level, tiles] of tilesOf(size).entries()) {
    const seen: Bytes[] = [];
    const fullRoots: Bytes[] = [];
    for (const { index, width } of tiles) {
      const path = tilePath(level, index, width);
      const bytes = await fetchTile(level, index, width);
      demand(bytes.length === width * 32, `${path}: ${bytes.length} bytes instead of ${width * 32}`);
      const hashes = Array.from({ length: width }, (_, at) => Uint8Array.from(bytes.subarray(at * 32, at * 32 + 32)));
      for (const [at, hash] of hashes.entries()) {
        const place = index * tileWidth + at;
        demand(level === 0 || sameBytes(hash, below[place]!), `${path}: hash ${at} is not that of the tile below`);
      }
      seen.push(...hashes);
      if (width === tileWidth) fullRoots.push(await rootOf(hashes));
    }
    const rest = seen.slice(fullRoots.length * tileWidth);
    const ragged = right === undefined ? rest : [...rest, right];
    if (ragged.length > 0) right = await rootOf(ragged);
    below = fullRoots;
  }
  return right ?? emptyRoot();
}
