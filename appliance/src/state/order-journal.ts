import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '@countersign/shared/contracts';
import { AppError, type Clock } from '@countersign/shared/kernel';
import { makePrivateFolder, writeDurably } from './durable-file.ts';
import { nonceKeptMs } from './nonce-store.ts';

/** What was decided about an order: carried out with this outcome, or refused with this code. */
export interface OrderVerdict {
  kind: 'executed' | 'refused';
  outcome: Outcome;
  /** Why it was refused, or why it failed. */
  error: string | null;
}

/**
 * How far this box got with an order. Each step is on disk before the next begins, so that a crash at any moment runs
 * nothing twice and forgets no evidence.
 */
export type OrderProgress =
  /** Verified, and its nonce is spent; nothing was done yet. `order` is as it was received. */
  | { state: 'accepted'; order: unknown }
  /** Being carried out. Found after a crash, nobody knows how much of it was done. */
  | { state: 'executing'; order: unknown; startedAt: string }
  /** Decided; the signed evidence, byte for byte, still has to reach the server. */
  | { state: 'signed'; verdict: OrderVerdict; evidence: string }
  /** The server has the evidence; or it said by itself that the order is over (`verdict` null). */
  | { state: 'settled'; verdict: OrderVerdict | null }
  /** The server refuses the evidence for good. It is kept for a person. */
  | { state: 'undeliverable'; verdict: OrderVerdict; evidence: string; errorCode: string };

export type JournalEntry = OrderProgress & {
  /** The order's id; `sha256-...` of the order for one without a readable id. */
  key: string;
  /** RFC 3339. */
  at: string;
};

export interface OrderJournal {
  find: (key: string) => Promise<JournalEntry | undefined>;
  /** Resolves when the step is on disk. */
  record: (key: string, progress: OrderProgress) => Promise<JournalEntry>;
  /** Entries that still need work, oldest first. */
  listOpen: () => Promise<JournalEntry[]>;
  /** Forgets what was settled more than two hours ago: its order has expired, and its nonce guards no longer either. */
  forgetSettled: () => Promise<void>;
}

/** Opens the journal: a folder with one file per order. */
export async function openOrderJournal(folder: string, clock: Clock): Promise<OrderJournal> {
  await makePrivateFolder(folder);
  const fileOf = (key: string) => join(folder, `${key}.json`);

  async function find(key: string): Promise<JournalEntry | undefined> {
    let text: string;
    try {
      text = await readFile(fileOf(key), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return readEntry(text, fileOf(key));
  }

  async function list(): Promise<JournalEntry[]> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const entries = await Promise.all(names.map((name) => find(name.slice(0, -'.json'.length))));
    return entries.filter((entry) => entry !== undefined).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  }

  return {
    find,
    async record(key, progress) {
      const entry: JournalEntry = { ...progress, key, at: clock.now().toISOString() };
      await writeDurably(fileOf(key), `${JSON.stringify(entry)}\n`);
      return entry;
    },
    async listOpen() {
      return (await list()).filter(({ state }) => state !== 'settled' && state !== 'undeliverable');
    },
    async forgetSettled() {
      const oldest = new Date(clock.now().getTime() - nonceKeptMs).toISOString();
      const old = (await list()).filter(({ state, at }) => state === 'settled' && at < oldest);
      await Promise.all(old.map(({ key }) => rm(fileOf(key), { force: true })));
    },
  };
}

/** A rename cannot leave half a file, so one that cannot be read was damaged: nobody may guess what it said. */
function readEntry(text: string, path: string): JournalEntry {
  try {
    return JSON.parse(text) as JournalEntry;
  } catch (cause) {
    const message = `This file of the journal is damaged; find out what became of its order: ${path}`;
    throw new AppError('APPLIANCE.JOURNAL_DAMAGED', 'invalid', message, { cause });
  }
}
