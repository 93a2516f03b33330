import { readFile } from 'node:fs/promises';
import { isAcceptablePublicKey, keyIdOf } from '@countersign/shared/crypto/portable';
import type { Clock } from '@countersign/shared/kernel';
import { writeDurably } from './durable-file.ts';

/** The server's keys that orders are believed under, as the last check-in delivered them. */
export interface ServerKeys {
  /** 64 hex each; none before the first check-in. */
  list: () => readonly string[];
  /** What the box says it holds at its next check-in: first 16 hex of the SHA-256 of each raw key. */
  ids: () => string[];
  /** True when the last check-in is so long ago that a key may have been retired since. */
  isStale: () => boolean;
  /** Takes the place of all before: a key that is not delivered any more is gone. Survives a power cut when it resolves. */
  learn: (keys: readonly string[]) => Promise<void>;
}

/** The life of an order: within it a key that was retired can have signed nothing that is still good. */
const freshForMs = 15 * 60_000;

interface Pinned {
  keys: string[];
  /** Milliseconds since 1970. */
  learnedAt: number;
}

/**
 * Opens the file in which the server's keys are pinned. They come over authenticated check-ins and nowhere else. A file
 * that is damaged counts as empty: the next check-in, which comes before any order is believed, is the way back.
 */
export async function openServerKeys(path: string, clock: Clock): Promise<ServerKeys> {
  let pinned = await readPinned(path);
  let written = pinned;
  return {
    list: () => pinned.keys,
    ids: () => pinned.keys.map(keyIdOf),
    isStale() {
      const ageMs = clock.now().getTime() - pinned.learnedAt;
      return !(ageMs >= 0 && ageMs < freshForMs);
    },
    async learn(delivered) {
      const keys = [...new Set(delivered)].filter((key) => isAcceptablePublicKey(key));
      pinned = { keys, learnedAt: clock.now().getTime() };
      const isSame = keys.join() === written.keys.join();
      // Most check-ins deliver what is there; the time is written often enough to spare a restart its check-in.
      if (isSame && pinned.learnedAt - written.learnedAt < freshForMs / 3 && pinned.learnedAt >= written.learnedAt)
        return;
      const now = pinned;
      await writeDurably(path, `${JSON.stringify(now)}\n`);
      written = now;
    },
  };
}

async function readPinned(path: string): Promise<Pinned> {
  const nothing = { keys: [], learnedAt: 0 };
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing;
    throw error;
  }
  try {
    const { keys, learnedAt } = JSON.parse(text) as Partial<Pinned>;
    if (!Array.isArray(keys) || typeof learnedAt !== 'number') return nothing;
    return { keys: keys.filter((key) => typeof key === 'string' && isAcceptablePublicKey(key)), learnedAt };
  } catch {
    return nothing;
  }
}
