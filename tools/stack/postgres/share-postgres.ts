import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../state/make-folder.ts';
import { sharedHome } from '../state/shared-home.ts';

/**
 * Root's clone often lies below a folder that only root may enter: there not only the data but the binaries too are out
 * of the system user's reach ("error while loading shared libraries"). So they are copied once per version (58 MB, 0.2 s)
 * to a folder that only root may write.
 */
export function sharePostgres(native: string, version: string): string {
  const shared = join(sharedHome, `postgresql-${version}-${process.platform}-${process.arch}`);
  if (existsSync(shared)) return shared;
  makeFolder(sharedHome, 0o755);
  const unfinished = mkdtempSync(join(sharedHome, 'postgresql-unfinished-'));
  const copy = join(unfinished, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  openToReaders(copy);
  try {
    renameSync(copy, shared);
  } catch (error) {
    if (!existsSync(shared)) throw error; // else a start in another clone was faster
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return shared;
}

/** The copies have the modes of node_modules, which under a strict umask let nobody but root in. */
function openToReaders(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, entry);
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) chmodSync(path, stat.mode & 0o100 ? 0o755 : 0o644);
  }
}
