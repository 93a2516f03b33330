import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newId } from '@countersign/shared/kernel';
import { syncFolder } from './durable-file.ts';

/**
 * Writes a new file that only we may read, whole or not at all, and never over another one: false when the name is
 * taken, also by another process at the same moment. When it says true, the file survives a power cut.
 */
export async function createDurably(path: string, text: string): Promise<boolean> {
  const unfinished = `${path}.${newId()}.new`;
  try {
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}
