import { openOwnedDirectory, openScrubbed } from './open-scrubbed.ts';

/** Evidence in every kind of row and file, on a disk that belongs to somebody else; `north` is what is sealed of one site. */
export async function openFilled() {
  const disk = await openOwnedDirectory();
  const system = await openScrubbed(disk.vault);
  await system.fill();
  return {
    disk,
    system,
    north: await system.sealed('north'),
    async close(): Promise<void> {
      await system.close();
      await disk.remove();
    },
  };
}

export type Filled = Awaited<ReturnType<typeof openFilled>>;
