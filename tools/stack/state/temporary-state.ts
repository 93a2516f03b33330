import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { birthmarkOf } from '../processes/inspect-process.ts';
import { makeFolder } from './make-folder.ts';
import { readIfThere } from './secrets.ts';

const prefix = 'countersign-test-';

/** A state folder for tests, and how to remove it. First sweeps those whose maker is gone: a crash leaves its folder behind. */
export function makeTemporaryState(): { folder: string; remove: () => void } {
  sweepTemporaryStates();
  // 711: the system user must get through to its own folders in it.
  const folder = makeFolder(mkdtempSync(join(tmpdir(), prefix)), 0o711);
  writeFileSync(join(folder, 'maker'), `${process.pid} ${birthmarkOf(process.pid)}\n`);
  return { folder, remove: () => removeFolder(folder) };
}

/** Removes the temporary state folders of this user whose maker does not live any more. */
export function sweepTemporaryStates(parent = tmpdir()): void {
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (name.startsWith(prefix) && isOurs(folder) && !makerLives(folder)) removeFolder(folder);
  }
}

function isOurs(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

function makerLives(folder: string): boolean {
  const [pid, ...birthmark] = readIfThere(join(folder, 'maker'))?.split(' ') ?? [];
  if (birthmark.length > 0) return birthmarkOf(Number(pid)) === birthmark.join(' ');
  // Not written yet, or never: a minute is more than its maker needs.
  const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - made < 60_000;
}

/** An orphan that is just ending may still write: hence the retries. */
function removeFolder(folder: string): void {
  openFolders(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** A vault makes its folders read-only, and then only root can remove what is in them. */
function openFolders(folder: string): void {
  if (process.getuid?.() === 0) return;
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(join(folder, entry.name));
  }
}
