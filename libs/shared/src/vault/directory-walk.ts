import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface WalkOptions {
  /** Only keys that sort after this. */
  after?: string;
  limit: <Value>(step: Promise<Value>) => Promise<Value>;
}

/**
 * The keys of the files that begin with the prefix, ascending by code unit; a missing folder has none. It reads the
 * folders that may hold such keys and no other: one that sorts before `after` is passed over with all that is below.
 */
export async function* walkFiles(root: string, prefix: string, options: WalkOptions): AsyncGenerator<string> {
  const { after = '', limit } = options;
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  // What is still to come, the next one last. A folder ends in `/`: that is its place among the keys, for `a.b` < `a/b`.
  const ahead = [folder];
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
    if (path !== '' && !path.endsWith('/')) {
      yield path;
      continue;
    }
    for (const next of (await limit(readFolder(root, path))).toSorted().toReversed()) {
      const isFolder = next.endsWith('/');
      const isWanted = next.startsWith(prefix) || (isFolder && prefix.startsWith(next));
      if (isWanted && (next > after || (isFolder && after.startsWith(next)))) ahead.push(next);
    }
  }
}

/** Paths of the files and, ending in `/`, the folders in a folder. No key begins with a dot: what does is ours or the file system's (.nfs…). */
async function readFolder(root: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isFile()))
      .map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : ''));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
