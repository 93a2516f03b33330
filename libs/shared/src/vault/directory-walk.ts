import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The keys of the files that begin with the prefix, sorted within each folder. A missing folder has none. */
export async function* walkFiles(
  root: string,
  prefix: string,
  limit: <Value>(step: Promise<Value>) => Promise<Value>,
): AsyncGenerator<string> {
  const folders = [prefix.slice(0, prefix.lastIndexOf('/') + 1)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await limit(readFolder(join(root, folder)));
    const below: string[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder + entry.name;
      // No key begins with a dot: what does is ours (.incoming) or the file system's (.nfs…).
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && (path.startsWith(prefix) || prefix.startsWith(`${path}/`))) below.push(`${path}/`);
      else if (entry.isFile() && path.startsWith(prefix)) yield path;
    }
    folders.push(...below.toReversed());
  }
}

async function readFolder(path: string): Promise<{ name: string; isDirectory(): boolean; isFile(): boolean }[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
