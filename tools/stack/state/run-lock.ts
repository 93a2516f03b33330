import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { birthmarkOf } from '../processes/inspect-process.ts';
import { readIfThere } from './secrets.ts';

export interface LockHolder {
  pid: number;
  /** See birthmarkOf: a later process with the same pid does not hold the lock. */
  birthmark: string;
  /** What the holder says about itself, such as its address. */
  note: string;
}

export interface RunLock {
  /** Replaces what a second start is told. */
  note: (text: string) => void;
  release: () => void;
}

/** Somebody alive holds the lock. */
export class LockedError extends Error {
  readonly holder: LockHolder;

  constructor(holder: LockHolder) {
    super(`held by process ${holder.pid}`);
    this.name = 'LockedError';
    this.holder = holder;
  }
}

/** Takes the lock file, also from a holder that died; throws a LockedError when its holder lives. */
export function takeLock(path: string): RunLock {
  const me: LockHolder = { pid: process.pid, birthmark: birthmarkOf(process.pid), note: '' };
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    while (!tryLink(mine, path)) removeIfStale(path);
  } finally {
    rmSync(mine, { force: true });
  }
  return {
    note(text) {
      writeFileSync(mine, JSON.stringify({ ...me, note: text }), { mode: 0o600 });
      renameSync(mine, path);
    },
    release: () => rmSync(path, { force: true }),
  };
}

/** Linking makes the name and its content appear together, and fails when the name is taken. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(path: string): void {
  const text = readIfThere(path);
  if (text === undefined) return; // just released
  const holder = parseHolder(text);
  if (holder && holder.birthmark !== '' && birthmarkOf(holder.pid) === holder.birthmark) throw new LockedError(holder);
  // Moved aside before it is removed: two starts that both found it stale must not remove each other's new lock.
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) !== text) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    return JSON.parse(text) as LockHolder;
  } catch {
    return undefined;
  }
}
