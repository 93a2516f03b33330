import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrivateKey } from '@countersign/shared/crypto';

/** The folder of the keys that orders are signed with, as somebody keeps it who makes new ones and removes old ones. */
export interface KeyFiles {
  /** Makes a key and its file (mode 600); whole or not at all. Returns its id. */
  create: () => Promise<{ keyId: string; file: string }>;
  /** Removes the files of these keys; returns their names. */
  remove: (keyIds: ReadonlySet<string>) => Promise<string[]>;
}

/** `passphrase` opens files that are encrypted; those that are made here are not. */
export function openKeyFiles(folder: string, passphrase?: string): KeyFiles {
  async function idOf(name: string): Promise<string | undefined> {
    try {
      return openPrivateKey(await readFile(join(folder, name), 'utf8'), passphrase).keyId;
    } catch {
      return undefined; // no file of ours
    }
  }

  return {
    async create() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const seed = randomBytes(32).toString('hex');
      const { keyId } = openPrivateKey(seed);
      const name = `order-key-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
      const unfinished = join(folder, `.${name}.new`); // processes leave names with a dot alone
      const file = await open(unfinished, 'wx', 0o600);
      try {
        await file.writeFile(`${seed}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, join(folder, name));
      await syncFolder(folder);
      return { keyId, file: join(folder, name) };
    },
    async remove(keyIds) {
      const removed: string[] = [];
      for (const name of (await readdir(folder)).toSorted()) {
        const id = name.startsWith('.') ? undefined : await idOf(name);
        if (id === undefined || !keyIds.has(id)) continue;
        await rm(join(folder, name));
        removed.push(name);
      }
      return removed;
    },
  };
}

/** Makes a new name in the folder survive a power cut: a key that has signed must not be lost. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
