import { readFile } from 'node:fs/promises';
import { writeDurably } from '../state/durable-file.ts';
import type { Clock } from '@countersign/shared/kernel';

/** When the ledger last showed something that held. */
export interface SilenceWatch {
  /** RFC 3339; of a box that never heard anything, when it began to listen. */
  since: () => string;
  heard: () => Promise<void>;
  /** Whether that is longer ago than it may be. */
  isTooLong: () => boolean;
}

/** Opens the file that remembers it over restarts, to the hour or better: not every check-in is worth a write. */
export async function openSilenceWatch(path: string, clock: Clock, longestMs: number): Promise<SilenceWatch> {
  const now = () => clock.now().getTime();
  const write = (time: number) => writeDurably(path, `${new Date(time).toISOString()}\n`);
  const kept = Date.parse(await readIfThere(path));
  // A time that lies ahead was written under a wrong clock.
  let last = Number.isNaN(kept) || kept > now() ? now() : kept;
  let written = kept;
  if (last !== written) await write((written = last));

  return {
    since: () => new Date(last).toISOString(),
    async heard() {
      last = now();
      if (Math.abs(last - written) < Math.min(3_600_000, longestMs / 24)) return;
      await write(last);
      written = last;
    },
    isTooLong: () => now() - last > longestMs,
  };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
