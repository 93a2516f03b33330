import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const LEFT_BEHIND = new Set(['node_modules', 'dist', '.git', '.countersign', '.nx', 'coverage']);

/**
 * Copies the sources of the tree at `from` into a new temporary folder and returns it; the caller removes it.
 * Third-party packages are links to the original's; our own packages link into the copy, so that `@countersign/shared` is the copied one.
 */
export function copyTree(from: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-copy-'));
  cpSync(from, copy, { recursive: true, filter: (path) => !LEFT_BEHIND.has(basename(path)) });
  const packages = resolve(from, 'node_modules');
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(packages)) {
    if (name === '@countersign')
      cpSync(join(packages, name), join(copy, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(packages, name), join(copy, 'node_modules', name));
  }
  return copy;
}
