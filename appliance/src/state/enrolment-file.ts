import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@countersign/shared/kernel';
import { makePrivateFolder, writeDurably } from './durable-file.ts';

/** What a box got when it enrolled. */
export interface KeptEnrolment {
  site_id: string;
  host_id: string;
  /** Orders for another epoch are refused. */
  epoch: number;
  /** Id of the credential, for a person who asks about it. */
  credential_id: string;
  api_key: string;
}

const pathOf = (stateDir: string): string => join(stateDir, 'enrolment');

/** Keeps it, durably and for nobody else to read, in place of the one before. */
export async function keepEnrolment(stateDir: string, enrolment: KeptEnrolment): Promise<void> {
  await makePrivateFolder(stateDir);
  await writeDurably(pathOf(stateDir), `${JSON.stringify(enrolment)}\n`);
}

/**
 * The enrolment of the box whose folder this is; undefined when it never enrolled.
 * Throws AppError `APPLIANCE.ENROLMENT_EXPOSED`, or `APPLIANCE.ENROLMENT_DAMAGED` also for that of another box (invalid).
 */
export async function readEnrolment(
  stateDir: string,
  siteId: string,
  hostId: string,
): Promise<KeptEnrolment | undefined> {
  const path = pathOf(stateDir);
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new AppError('APPLIANCE.ENROLMENT_EXPOSED', 'invalid', `Others may read the credential: chmod 600 ${path}`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const kept = parse(text);
  if (kept === undefined || kept.site_id !== siteId || kept.host_id !== hostId) {
    throw new AppError(
      'APPLIANCE.ENROLMENT_DAMAGED',
      'invalid',
      `This is no enrolment of ${siteId}/${hostId}: ${path}`,
    );
  }
  return kept;
}

function parse(text: string): KeptEnrolment | undefined {
  try {
    const kept = JSON.parse(text) as KeptEnrolment;
    const isWhole =
      Number.isSafeInteger(kept.epoch) &&
      kept.epoch > 0 &&
      [kept.site_id, kept.host_id, kept.credential_id, kept.api_key].every(
        (one) => typeof one === 'string' && one !== '',
      );
    return isWhole ? kept : undefined;
  } catch {
    return undefined;
  }
}
