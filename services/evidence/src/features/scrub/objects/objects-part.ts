import type { Clock } from '@countersign/shared/kernel';
import { ledgerPrefix } from '../../../domain/ledger-keys.ts';
import { keyPartOf, objectKeyOf } from '../../../domain/object-key.ts';
import type { ScrubLedgerRepository } from '../../../persistence/scrub-ledger.repository.ts';
import type { ScrubRowsRepository } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, objectItem } from '../fault.ts';
import { eventOf } from '../ledger/leaf-columns.ts';
import type { ScrubbedLog } from '../ledger/judge-checkpoints.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';
import { isLedgerObject } from './judge-ledger-object.ts';

export interface ObjectsPartOptions {
  ledger: Pick<ScrubLedgerRepository, 'published' | 'leaves'>;
  rows: ScrubRowsRepository;
  reads: VaultReads;
  /** An object younger than this may be in flight: put, and its row not yet committed. */
  graceMs: number;
  clock: Clock;
  site: string | null;
  log: ScrubbedLog;
}

const keysAtOnce = 200;

/** Every key of the vault: somebody has to know it. */
export function createObjectsPart(options: ObjectsPartOptions): Part {
  const { ledger, rows, reads, site } = options;
  const prefix = site === null ? '' : `${keyPartOf(site)}/`;
  return {
    name: 'objects',
    async look(cursor) {
      await reads.pause();
      const after = typeof cursor?.['after'] === 'string' ? cursor['after'] : '';
      const keys: string[] = [];
      for await (const key of reads.vault.listKeys(prefix, { after, limit: keysAtOnce })) keys.push(key);
      // Asked after the keys were listed: what is published by then covers more, never less.
      const published = await ledger.published();
      const sealed = await rows.sealedKeys(keys);
      const faults: Fault[] = [];
      for (const key of keys) {
        if (sealed.has(key)) continue;
        const isKnown = key.startsWith(ledgerPrefix)
          ? await isLedgerObject(key, { ledger, rows, reads, published, log: options.log })
          : await isBundle(key, options);
        if (!isKnown) faults.push(...(await strange(key, options)));
      }
      return { faults, next: keys.length < keysAtOnce ? null : { after: keys.at(-1)! } };
    },
  };
}

/** Whether an object is that of a bundle which has no seal: not yet, or no longer, which is said of the row. */
async function isBundle(key: string, { rows, reads }: ObjectsPartOptions): Promise<boolean> {
  const object = await reads.first(key);
  const id = object && eventOf(Buffer.from(object.bytes).toString('utf8'))?.['evidence_id'];
  if (typeof id !== 'string' || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return false;
  const bundle = await rows.bundle(id);
  if (bundle !== undefined) return objectKeyOf({ ...bundle, recorded_at: bundle.recorded_at.toISOString() }) === key;
  return rows.isTold(id);
}

/** What nobody knows and is not in flight; of several versions the newest one is named. */
async function strange(key: string, { reads, graceMs, clock, site }: ObjectsPartOptions): Promise<Fault[]> {
  const versions = await reads.versions(key);
  const youngest = Math.max(...versions.map(({ lastModified }) => lastModified.getTime()), 0);
  if (versions.length > 0 && clock.now().getTime() - youngest < graceMs) return [];
  const detail = 'No row and no leaf tells of this object.';
  const newest = versions.find(({ isDeleteMarker }) => !isDeleteMarker) ?? versions[0];
  return [
    {
      kind: 'object-unknown',
      item: objectItem(key, newest?.versionId),
      siteId: site,
      detail,
      facts: { size: newest?.size ?? null },
    },
  ];
}
