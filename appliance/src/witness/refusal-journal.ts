import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@countersign/shared/kernel';
import type { IncidentReport } from '../client/report-incident.ts';
import { makePrivateFolder, writeDurably } from '../state/durable-file.ts';
import { createDurably } from '../state/exclusive-file.ts';
import type { LieReason } from './judge-answer.ts';

/** A refusal and how far it got: waiting, taken by the server, or refused there for good (then its error code). */
export interface KeptRefusal {
  /** The size that was seen, and the reason: a lie is told once, however often it is repeated. */
  key: string;
  reason: LieReason;
  seenSize: number;
  at: string;
  /** The signed bundle, byte for byte. */
  evidence: string;
  evidenceState: Delivery;
  incident: IncidentReport;
  /** Names the report, so that repeating it is safe. */
  incidentKey: string;
  incidentState: Delivery;
}

export type Delivery = 'waiting' | 'accepted' | `undeliverable: ${string}`;

export interface RefusalJournal {
  /** In memory, oldest first. */
  list: () => readonly KeptRefusal[];
  /** Resolves when it is on disk; false when the same lie is there already. */
  record: (refusal: KeptRefusal) => Promise<boolean>;
  update: (refusal: KeptRefusal) => Promise<void>;
}

/** One of a size is enough for each reason: while this box refuses, the size that it has seen stays. */
export const refusalKey = (seenSize: number, reason: LieReason): string =>
  `${String(seenSize).padStart(16, '0')}-${reason}`;

/** Opens the folder of refusals: one file each, kept for people, the delivered ones too. */
export async function openRefusalJournal(folder: string): Promise<RefusalJournal> {
  await makePrivateFolder(folder);
  const fileOf = (key: string) => join(folder, `${key}.json`);
  const textOf = (refusal: KeptRefusal) => `${JSON.stringify(refusal)}\n`;
  async function read(key: string): Promise<KeptRefusal> {
    try {
      return JSON.parse(await readFile(fileOf(key), 'utf8')) as KeptRefusal;
    } catch (cause) {
      const message = `This refusal cannot be read any more: ${fileOf(key)}`;
      throw new AppError('APPLIANCE.WITNESS_DAMAGED', 'invalid', message, { cause });
    }
  }

  const known = new Map<string, KeptRefusal>();
  const keys = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  for (const key of keys) known.set(key, await read(key));

  return {
    list: () => [...known.values()].toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    async record(refusal) {
      if (known.has(refusal.key)) return false;
      const isNew = await createDurably(fileOf(refusal.key), textOf(refusal));
      known.set(refusal.key, isNew ? refusal : await read(refusal.key));
      return isNew;
    },
    async update(refusal) {
      await writeDurably(fileOf(refusal.key), textOf(refusal));
      known.set(refusal.key, refusal);
    },
  };
}
