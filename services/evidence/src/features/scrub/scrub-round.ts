import type { ScrubProgress, ScrubRepository } from '../../persistence/scrub.repository.ts';
import type { Fault } from './fault.ts';
import type { Cursor, Part } from './part.ts';
import type { SayFaults } from './say-faults.ts';
import { lookTwice } from './walk.ts';

export interface ScrubRoundOptions {
  parts: readonly Part[];
  sayFaults: SayFaults;
  repository: Pick<ScrubRepository, 'saveProgress' | 'resolve'>;
  /** Where it is; kept up to date. */
  progress: ScrubProgress;
  /** Whether another process may go on from there. */
  remember: boolean;
  /** Null: all sites. */
  site: string | null;
  /** Between two looks at what seems wrong. */
  pause: () => Promise<void>;
  signal: AbortSignal;
  /** Objects that this process has read so far. */
  objects: () => number;
  /** After every look. */
  onLook?: (part: string, faults: readonly Fault[]) => void;
}

/**
 * Walks a round from where it is to its end, and then takes back what it did not find again. Throws what the vault and
 * the database throw; the walk then goes on from the last look.
 */
export async function scrubRound(options: ScrubRoundOptions): Promise<{ resolved: { kind: string; item: string }[] }> {
  const { parts, sayFaults, repository, progress, remember, pause, signal, onLook } = options;
  const { startedAt } = progress;
  // A part that is not known any more: everything is walked again.
  const first = Math.max(
    0,
    parts.findIndex(({ name }) => name === progress.part),
  );
  for (let at = first; at < parts.length; at += 1) {
    const part = parts[at]!;
    let cursor = progress.part === part.name && progress.cursor ? (JSON.parse(progress.cursor) as Cursor) : null;
    do {
      signal.throwIfAborted();
      const before = options.objects();
      const look = await lookTwice(part, cursor, pause);
      await sayFaults(look.faults, { part: part.name, startedAt });
      cursor = look.next;
      const isOver = cursor === null && at === parts.length - 1;
      progress.part = cursor === null ? (parts[at + 1]?.name ?? part.name) : part.name;
      progress.cursor = cursor === null ? null : JSON.stringify(cursor);
      progress.objects += options.objects() - before;
      // The end of a round is remembered when what it took back is.
      if (remember && !isOver) await repository.saveProgress(progress);
      onLook?.(part.name, look.faults);
    } while (cursor !== null);
  }
  const names = parts.filter(({ isNarrow }) => isNarrow !== true).map(({ name }) => name);
  return { resolved: await repository.resolve({ startedAt, parts: names, site: options.site }) };
}
