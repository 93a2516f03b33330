import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

const maxKnownFolders = 10_000;

export interface Folders {
  /** Makes a folder of the vault, durable up to the root, once in the life of the process. */
  ensure(folder: string): Promise<void>;
  /** Makes the names in a folder durable. */
  sync(folder: string): Promise<void>;
  /** Somebody removed a folder: what is known is worth nothing. */
  forget(): void;
}

export function createFolders(root: string, sync: (folder: string) => Promise<void>): Folders {
  const known = new Map<string, Promise<void>>();

  async function make(folder: string): Promise<void> {
    const parent = dirname(folder);
    await ensure(parent);
    await mkdir(folder).catch(ignore('EEXIST'));
    await sync(parent);
  }

  function ensure(folder: string): Promise<void> {
    if (folder === root) return Promise.resolve();
    const before = known.get(folder);
    if (before !== undefined) return before;
    if (known.size >= maxKnownFolders) known.clear();
    const making = make(folder);
    known.set(folder, making);
    making.catch(() => known.delete(folder));
    return making;
  }

  return { ensure, sync, forget: () => known.clear() };
}

export const isCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

export const ignore =
  (code: string) =>
  (error: unknown): void => {
    if (!isCode(error, code)) throw error;
  };
