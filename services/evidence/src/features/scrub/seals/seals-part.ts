import { mapBounded } from '../../seal-bundles/map-bounded.ts';
import { auditDurables } from '../../../domain/durables.ts';
import type { ScrubRowsRepository, SealRow } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';
import { judgeContent } from './judge-content.ts';
import { judgeLock } from './judge-lock.ts';
import { judgeMissing } from './judge-missing.ts';

export interface SealsPartOptions {
  rows: Pick<ScrubRowsRepository, 'seals'>;
  reads: VaultReads;
  startedAt: Date;
  /** Null: all sites. */
  site: string | null;
}

const sealsAtOnce = 20;
const readsAtOnce = 4;
const first = '00000000-0000-0000-0000-000000000000';

/** Every sealed object, by its version: bytes, rows, ledger, lock, and what lies above it. */
export function createSealsPart({ rows, reads, startedAt, site }: SealsPartOptions): Part {
  return {
    name: 'seals',
    async look(cursor) {
      const after = typeof cursor?.['after'] === 'string' ? cursor['after'] : first;
      const durable = auditDurables.evidence;
      const page = await rows.seals({ after, limit: sealsAtOnce, site, durable, startedAt });
      const faults = await mapBounded(page, readsAtOnce, (row) => judgeSeal(row, reads));
      const last = page.at(-1);
      const isThrough = last === undefined || page.length < sealsAtOnce;
      return { faults: faults.flat(), next: isThrough ? null : { after: last.evidence_id } };
    },
  };
}

async function judgeSeal(row: SealRow, reads: VaultReads): Promise<Fault[]> {
  if (row.leaf === null && !row.leaf_is_explained) return [strange(row)];
  const bytes = await reads.get(row.key, row.version_id);
  if (bytes === undefined) return judgeMissing(row, reads);
  const faults = judgeContent(row, bytes);
  const { key, version_id: versionId } = row;
  const retention = await reads.retention(key, versionId);
  if (retention !== undefined) faults.push(...judgeLock(row, retention));
  const versions = await reads.versions(key);
  faults.push(...(await reads.faultsAbove({ key, versionId, bytes, versions }, row.site_id)));
  return faults;
}

const strange = (row: SealRow): Fault => ({
  kind: 'row-unknown',
  item: rowItem('seals', row.evidence_id),
  siteId: row.site_id,
  detail: 'The ledger does not tell of this seal.',
  facts: { key: row.key, version_id: row.version_id, sealed_at: row.sealed_at.toISOString() },
});
