import { open } from 'node:fs/promises';

/**
 * Makes the names in a folder survive a power cut (fsync of the folder). Callers that arrive while one sync of the
 * same folder is under way share the next: their names may have come too late for the one that runs.
 */
export function createFolderSync(sync = syncFolder): (folder: string) => Promise<void> {
  const running = new Map<string, { current: Promise<void>; next?: Promise<void> }>();

  function start(folder: string): Promise<void> {
    const slot: { current: Promise<void>; next?: Promise<void> } = { current: sync(folder) };
    running.set(folder, slot);
    const release = (): void => {
      if (slot.next === undefined) running.delete(folder);
    };
    slot.current.then(release, release);
    return slot.current;
  }

  return (folder) => {
    const slot = running.get(folder);
    if (slot === undefined) return start(folder);
    slot.next ??= slot.current.then(
      () => start(folder),
      () => start(folder),
    );
    return slot.next;
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
