import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@countersign/shared/kernel';
import { makePrivateFolder } from '../state/durable-file.ts';
import { createDurably } from '../state/exclusive-file.ts';

/** A checkpoint as it was kept. */
export interface KeptCheckpoint {
  /** The how-manieth that this box kept, from 1. */
  step: number;
  /** The signed note. */
  note: string;
}

/** The newest checkpoint that this box verified. */
export interface CheckpointStore {
  newest: () => Promise<KeptCheckpoint | undefined>;
  /**
   * Keeps the next checkpoint after the one of step `after` (0: after none). True when it is on disk and would survive a
   * power cut; false when another process went on from there first: then this one counts for nothing.
   */
  advance: (after: number, note: string) => Promise<boolean>;
}

const name = /^\d{12}$/;

/**
 * Opens the folder of checkpoints: one file per step, the highest one counts, older ones are removed. A file's name can be
 * taken once only, so of two processes that go on from the same checkpoint one is told to ask again.
 */
export async function openCheckpointStore(folder: string): Promise<CheckpointStore> {
  await makePrivateFolder(folder);
  const fileOf = (step: number) => join(folder, String(step).padStart(12, '0'));
  const listSteps = async () => (await readdir(folder)).filter((file) => name.test(file)).map(Number);

  async function newest(attempts = 3): Promise<KeptCheckpoint | undefined> {
    const step = Math.max(0, ...(await listSteps()));
    if (step === 0) return undefined;
    try {
      return { step, note: await readFile(fileOf(step), 'utf8') };
    } catch (error) {
      // Another process has gone on, and removed this one meanwhile.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && attempts > 1) return newest(attempts - 1);
      throw error;
    }
  }

  return {
    newest: () => newest(),
    async advance(after, note) {
      const step = after + 1;
      if (!(await createDurably(fileOf(step), note))) return false;
      const steps = await listSteps();
      // A name that was free only because a faster process is beyond it already, and has removed what was there.
      const isOvertaken = steps.some((other) => other > step);
      const past = steps.filter((other) => (isOvertaken ? other === step : other < step));
      await Promise.all(past.map((other) => rm(fileOf(other), { force: true })));
      return !isOvertaken;
    },
  };
}

/** What was kept cannot be wrong by itself: somebody changed it, and nobody may guess what it said. */
export const storeDamaged = (folder: string, cause: unknown): AppError =>
  new AppError(
    'APPLIANCE.WITNESS_DAMAGED',
    'invalid',
    `The newest checkpoint of this box is damaged, or of another ledger than the pinned key's: ${folder}`,
    { cause },
  );
