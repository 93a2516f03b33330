import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Folders, isCode } from './directory-folders.ts';

/** Beside the objects, under the same names; no key begins with a dot. */
const journalFolder = '.retention';

/** What was changed after an object was put. */
export interface RetentionChanges {
  /** The latest end that it was extended to; absent: never. */
  retainUntil?: Date;
  legalHold: boolean;
}

/** A line of the journal, in JSON; `at` is for people. */
type Change = { at: string } & ({ retain_until: string } | { legal_hold: boolean });

export interface RetentionJournal {
  read(key: string): Promise<RetentionChanges>;
  extend(key: string, until: Date): Promise<void>;
  setLegalHold(key: string, on: boolean): Promise<void>;
}

/**
 * Changes of retention and holds: a file per object that is only ever added to, each line synced before anybody is told.
 * The latest end counts, in whatever order two processes wrote, so retention cannot be shortened through it; of holds
 * the last line counts. It tells what went on and protects from nobody who owns the disk.
 */
export function createRetentionJournal(root: string, folders: Folders): RetentionJournal {
  const pathOf = (key: string): string => join(root, journalFolder, key);

  async function read(key: string): Promise<RetentionChanges> {
    const changes: RetentionChanges = { legalHold: false };
    for (const change of parse(await readIfThere(pathOf(key)))) {
      if ('legal_hold' in change) changes.legalHold = change.legal_hold;
      else {
        const until = new Date(change.retain_until);
        if (changes.retainUntil === undefined || until > changes.retainUntil) changes.retainUntil = until;
      }
    }
    return changes;
  }

  async function append(key: string, change: Change): Promise<void> {
    const path = pathOf(key);
    await folders.ensure(dirname(path));
    const file = await open(path, 'a+').catch((error: unknown) => {
      folders.forget();
      throw error;
    });
    try {
      // The newline first as well: a line that a crash tore must not swallow this one.
      await file.write(`\n${JSON.stringify(change)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await folders.sync(dirname(path));
  }

  const at = (): string => new Date().toISOString();
  return {
    read,
    extend: (key, until) => append(key, { at: at(), retain_until: until.toISOString() }),
    setLegalHold: (key, on) => append(key, { at: at(), legal_hold: on }),
  };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return '';
    throw error;
  }
}

/** Without what a crash tore: nobody was told that it holds. */
function parse(text: string): Change[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Change];
    } catch {
      return [];
    }
  });
}
