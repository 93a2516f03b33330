import type { AppError } from '@countersign/shared/kernel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from './load-catalogue.ts';

/** A right file, for specs to put their one fault in. */
export const good = `id: RB-GOOD-001
name: A good one
description: Nothing is wrong with it.
category: sample
severity: low
version: 1.0.0
hipaa_controls: [164.312(b)]
match:
  - id: good
    why: It is asked for.
    incident_type: { any_word: [good] }
parameters:
  - { name: unit, description: A unit., type: text, default: a }
steps:
  - id: look
    action: look
    description: Look.
    timeout: 5
    command: systemctl status {{unit}}
    success_pattern: active
    produces: [view]
rollback:
  - { action: undo, description: Undo., undoes: look, command: 'true' }
evidence_required: [view]
`;

/** The right file with one part replaced; throws when the part is not there, lest a spec tests nothing. */
export function change(from: string, to: string): string {
  if (!good.includes(from)) {
    throw new Error(`the sample has no ${from}`);
  }
  return good.replace(from, () => to);
}

/** A catalogue directory for one test. */
export interface ScratchCatalogue {
  directory: string;
  put(name: string, content: string | Uint8Array): Promise<void>;
  /** The lines of the refusal to load, `file:line:column: message` each. */
  refusal(): Promise<string[]>;
  /** The same, with this content as the only file, `RB-GOOD-001.yaml`. */
  refusalOf(content: string | Uint8Array): Promise<string[]>;
  remove(): Promise<void>;
}

export async function makeScratchCatalogue(): Promise<ScratchCatalogue> {
  const directory = await mkdtemp(join(tmpdir(), 'catalogue-'));
  const put = (name: string, content: string | Uint8Array) => writeFile(join(directory, name), content);
  const refusal = async (): Promise<string[]> => {
    const error = await loadCatalogue(directory).then(
      () => null,
      (thrown: unknown) => thrown as AppError,
    );
    if (error?.code !== 'RUNBOOKS.CATALOGUE_INVALID') {
      throw new Error('the catalogue was not refused as invalid', { cause: error });
    }
    return error.message.split('\n  ').slice(1);
  };
  return {
    directory,
    put,
    refusal,
    async refusalOf(content) {
      await put('RB-GOOD-001.yaml', content);
      return refusal();
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
