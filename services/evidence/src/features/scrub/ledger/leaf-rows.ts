import { recordDurable } from '../../../domain/durables.ts';
import type { LeafRow, ScrubLedgerRepository, ToldRows } from '../../../persistence/scrub-ledger.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import { eventOf } from './leaf-columns.ts';

/** Rows that whole leaves tell of and that are not there. */
export async function findLostRows(
  leaves: readonly LeafRow[],
  ledger: Pick<ScrubLedgerRepository, 'findLost'>,
): Promise<Fault[]> {
  const told: { recorded: string[]; submitted: ToldRows['submitted'][number][] } = { recorded: [], submitted: [] };
  const leafOf = new Map<string, { leaf: LeafRow; data: Record<string, unknown> }>();
  for (const leaf of leaves) {
    const data = eventOf(leaf.text)?.['data'];
    if (typeof data !== 'object' || data === null) continue;
    const fields = data as Record<string, unknown>;
    if (leaf.type === 'evidence.recorded.v1') {
      const id = String(fields['evidence_id']);
      told.recorded.push(id);
      leafOf.set(id, { leaf, data: fields });
    }
    if (leaf.type === 'gateway.evidence-submitted.v1') {
      const [bundleId, evidenceId] = [String(fields['bundle_id']), String(fields['evidence_id'])];
      told.submitted.push({ eventId: leaf.eventId, siteId: leaf.siteId, bundleId, evidenceId });
      leafOf.set(leaf.eventId, { leaf, data: fields });
    }
  }
  if (leafOf.size === 0) return [];
  const lost = await ledger.findLost(told, recordDurable);
  return lost.map(({ table, key }) => {
    const { leaf, data } = leafOf.get(key)!;
    const facts = { leaf_index: leaf.index, bundle_id: data['bundle_id'], position: data['position'] };
    const item = table === 'submissions' ? rowItem('bundles', String(data['evidence_id'])) : rowItem(table, key);
    const detail = `The ledger tells of this row in leaf ${leaf.index}, and the row is not there.`;
    return { kind: 'row-missing', item, siteId: leaf.siteId, detail, facts };
  });
}
