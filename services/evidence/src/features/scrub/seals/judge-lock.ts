import type { Retention } from '@countersign/shared/vault';
import type { SealRow } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import { toldOf } from './judge-content.ts';

/** Stores may cut off what is finer than a second. */
const precisionMs = 1_000;

/** Whether the vault keeps an object as long and as firmly as was recorded. */
export function judgeLock(row: SealRow, retention: Retention): Fault[] {
  const siteId = row.site_id;
  const item = objectItem(row.key, row.version_id);
  const told = Date.parse(String(toldOf(row)?.['retain_until']));
  const sealed = Number.isNaN(told) ? row.retain_until.getTime() : told;
  const until = Math.max(sealed, row.extended_until?.getTime() ?? 0);
  const faults: Fault[] = [];
  if (Math.abs(sealed - row.retain_until.getTime()) > precisionMs)
    faults.push({
      kind: 'row-changed',
      item: rowItem('seals', row.evidence_id),
      siteId,
      detail: 'The end of the retention is not the one that the ledger tells.',
      facts: { row: row.retain_until.toISOString(), ledger: new Date(sealed).toISOString() },
    });
  const facts = {
    mode: retention.mode,
    retain_until: retention.retainUntil.toISOString(),
    recorded_until: new Date(until).toISOString(),
  };
  if (retention.mode !== 'COMPLIANCE' && retention.mode !== 'write-once')
    faults.push({ kind: 'lock-missing', item, siteId, detail: 'The object is not locked.', facts });
  else if (retention.retainUntil.getTime() < until - precisionMs)
    faults.push({ kind: 'retention-too-short', item, siteId, detail: 'Its retention ends too early.', facts });
  if (row.legal_hold && !retention.legalHold)
    faults.push({ kind: 'legal-hold-missing', item, siteId, detail: 'It is not under the recorded hold.', facts });
  return faults;
}
