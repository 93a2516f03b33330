import { isSameBytes } from '@countersign/shared/ledger';
import { timestampKeyOf } from '../../../domain/timestamp-key.ts';
import type { ScrubWitnessRepository, TimestampRow } from '../../../persistence/scrub-witness.repository.ts';
import { type Fault, objectItem } from '../fault.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';

export interface TimestampsPartOptions {
  witnesses: Pick<ScrubWitnessRepository, 'timestamps'>;
  reads: VaultReads;
}

const rowsAtOnce = 20;

/** What a timestamp authority answered: the row against the object. */
export function createTimestampsPart({ witnesses, reads }: TimestampsPartOptions): Part {
  return {
    name: 'timestamps',
    async look(cursor) {
      await reads.pause();
      const page = await witnesses.timestamps(typeof cursor?.['size'] === 'number' ? cursor['size'] : 0, rowsAtOnce);
      const faults: Fault[] = [];
      for (const row of page) faults.push(...(await judge(row, reads)));
      return { faults, next: page.length < rowsAtOnce ? null : { size: page.at(-1)!.size } };
    },
  };
}

async function judge({ size, response, stamped_at }: TimestampRow, reads: VaultReads): Promise<Fault[]> {
  const key = timestampKeyOf(size, stamped_at);
  const object = await reads.first(key);
  const about = { item: objectItem(key, object?.versionId), siteId: null, facts: { size } };
  if (object === undefined)
    return [{ kind: 'object-missing', ...about, detail: 'The vault does not have this answer of the authority.' }];
  const above = await reads.faultsAbove(object, null);
  if (isSameBytes(object.bytes, response)) return above;
  const detail = `The answer of the authority is another one in checkpoint_timestamps/${size}: one of the two was changed.`;
  return [...above, { kind: 'object-changed', ...about, detail }];
}
