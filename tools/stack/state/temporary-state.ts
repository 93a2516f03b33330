import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { birthmarkOf } from '../processes/inspect-process.ts';
import { makeFolder } from './make-folder.ts';

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
  try {
    const [pid = '', ...birthmark] = readFileSync(join(folder, 'maker'), 'utf8').trim().split(' ');
    return birthmarkOf(Number(pid)) === birthmark.join(' ');
  } catch {
    // Not written yet, or never: a minute is more than its maker needs.
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - made < 60_000;
  }
}

/** A vault keeps its folders read-only, and an orphan that is just ending may still write: hence modes and retries. */
function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
