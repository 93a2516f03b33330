import { parseNote } from '@countersign/shared/ledger';
import type { KitCheckpoint, KitCosignature } from '../domain/kit/facts/kit-data.ts';
import { fieldsIn, isFields, parseFields, textIn } from '../domain/kit/facts/read-fields.ts';
import { openCosignatures } from '../domain/kit/facts/open-cosignatures.ts';
import { readTimestamp } from '../domain/kit/facts/read-timestamp.ts';
import { kitNames, numberOf } from '../domain/kit/kit-names.ts';
import type { Check } from './examination.ts';
import { type KitFiles, readText } from './kit-files.ts';

/** Witnesses as the kit lists them: public key (64 hex) by name. */
export function readWitnesses(files: KitFiles): Map<string, string> {
  const listed = fieldsIn(parseFields(readText(files, kitNames.witnesses) ?? '') ?? {}, 'witnesses');
  return new Map(
    Object.keys(isFields(listed) ? listed : {}).flatMap((name): [string, string][] => {
      const key = textIn(listed, name);
      return key === null ? [] : [[name, key]];
    }),
  );
}

/** The earlier checkpoints of a kit, with the cosignatures that hold. */
export function readCheckpoints(files: KitFiles, check: Check): KitCheckpoint[] {
  const witnesses = readWitnesses(files);
  const sizes = [...files.keys()].flatMap((name) => numberOf(name, kitNames.checkpoint) ?? []);
  return sizes.map((size) => {
    const timestamp = files.get(kitNames.timestamp(size));
    return {
      size,
      cosignatures: readCosignatures(files, size, witnesses, check),
      stampedAt: timestamp === undefined ? null : (readTimestamp(timestamp)?.stampedAt ?? null),
    };
  });
}

function readCosignatures(
  files: KitFiles,
  size: number,
  witnesses: ReadonlyMap<string, string>,
  check: Check,
): KitCosignature[] {
  const name = kitNames.cosigned(size);
  const [note, cosigned] = [readText(files, kitNames.checkpoint(size)) ?? '', readText(files, name)];
  if (cosigned === undefined) return [];
  try {
    if (!cosigned.startsWith(note)) throw new Error('it is not the checkpoint beside it with more lines');
    const own = parseNote(note).signatures.length;
    const { text, signatures } = parseNote(cosigned);
    return openCosignatures(text, signatures.slice(own), witnesses, (witness) => {
      check.problem(name, `the cosignature of ${witness} does not hold`);
    });
  } catch (error) {
    check.problem(name, error instanceof Error ? error.message : 'it cannot be read');
    return [];
  }
}
