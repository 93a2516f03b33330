import { type Bytes, sameBytes } from './bytes.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { readEntryBundle } from './entry-bundle.ts';
import { leafHash } from './merkle-hash.ts';
import { readLog } from './read-log.ts';
import { demand } from './refusal.ts';
import { rootFromTiles } from './root-from-tiles.ts';
import { tilePath, tilesOf } from './tile-path.ts';
import type { Vkey } from './vkey.ts';

export interface WalkedLog {
  size: number;
  entries: Bytes[];
  checkpoint: Checkpoint;
}

/**
 * Reads a whole log over HTTP and holds everything against everything: the checkpoint against the key, its root against
 * the tiles, each tile against the one above it, each entry against its leaf.
 */
export async function walkLog(baseUrl: string, headers: Record<string, string>, vkey: Vkey): Promise<WalkedLog> {
  const log = readLog(baseUrl, headers);
  const checkpoint = await readCheckpoint(await log.checkpoint(), vkey);
  const { size } = checkpoint;

  const leaves: Uint8Array[] = [];
  const root = await rootFromTiles(async (level, index, width) => {
    const bytes = (await log.tile(level, index, width)).bytes.subarray(0, width * 32);
    if (level === 0) leaves.push(bytes);
    return bytes;
  }, size);
  demand(sameBytes(root, checkpoint.root), 'log: the tiles lead to another root than the checkpoint');

  const entries: Bytes[] = [];
  for (const { index, width } of tilesOf(size)[0] ?? []) {
    const path = tilePath('entries', index, width);
    const fetched = await log.tile('entries', index, width);
    const bundle = readEntryBundle(fetched.bytes);
    demand(bundle.length === fetched.width, `${path}: ${bundle.length} entries instead of ${fetched.width}`);
    for (const [at, entry] of bundle.slice(0, width).entries()) {
      const hash = leaves[index]!.subarray(at * 32, at * 32 + 32);
      demand(sameBytes(await leafHash(entry), hash), `${path}: entry ${at} is not the one that its leaf stands for`);
      entries.push(entry);
    }
  }
  return { size, entries, checkpoint };
}
