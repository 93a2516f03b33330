import { recordDurable } from '../../../domain/durables.ts';
import type {
  LeafRow,
  LostTable,
  ScrubLedgerRepository,
  ToldRows,
} from '../../../persistence/scrub-ledger.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import { eventOf } from './leaf-columns.ts';

type Data = Record<string, unknown>;
interface Told {
  leaf: LeafRow;
  data: Data;
}

/** Rows that whole leaves tell of and that are not there. */
export async function findLostRows(
  leaves: readonly LeafRow[],
  ledger: Pick<ScrubLedgerRepository, 'findLost'>,
): Promise<Fault[]> {
  const rows = {
    recorded: [] as string[],
    refused: [] as string[],
    changed: [] as string[],
    submitted: [] as ToldRows['submitted'][number][],
  };
  const tellers = new Map<string, Told>();
  for (const leaf of leaves) {
    const data = eventOf(leaf.text)?.['data'];
    if (typeof data !== 'object' || data === null) continue;
    const told = { leaf, data: data as Data };
    const afterColon = leaf.eventId.slice(leaf.eventId.indexOf(':') + 1);
    switch (leaf.type) {
      case 'evidence.recorded.v1':
        rows.recorded.push(String(told.data['evidence_id']));
        tellers.set(`bundles ${String(told.data['evidence_id'])}`, told);
        break;
      case 'evidence.refused.v1':
        rows.refused.push(afterColon);
        tellers.set(`refusals ${afterColon}`, told);
        break;
      case 'evidence.retention-extended.v1':
      case 'evidence.legal-hold-changed.v1':
        rows.changed.push(afterColon);
        tellers.set(`retention_changes ${afterColon}`, told);
        break;
      case 'gateway.evidence-submitted.v1':
        rows.submitted.push(submissionOf(told));
        tellers.set(`submissions ${leaf.eventId}`, told);
    }
  }
  if (tellers.size === 0) return [];
  const lost = await ledger.findLost(rows, recordDurable);
  return lost.map(({ table, key }) =>
    lostRow(table, key, tellers.get(`${table === 'seals' ? 'bundles' : table} ${key}`)!),
  );
}

const submissionOf = ({ leaf, data }: Told): ToldRows['submitted'][number] => ({
  eventId: leaf.eventId,
  siteId: leaf.siteId,
  bundleId: String(data['bundle_id']),
  evidenceId: String(data['evidence_id']),
});

function lostRow(table: LostTable, key: string, { leaf, data }: Told): Fault {
  const item = table === 'submissions' ? rowItem('bundles', String(data['evidence_id'])) : rowItem(table, key);
  const facts = { leaf_index: leaf.index, bundle_id: data['bundle_id'], position: data['position'] };
  const detail = `The ledger tells of this row in leaf ${leaf.index}, and the row is not there.`;
  return { kind: 'row-missing', item, siteId: leaf.siteId, detail, facts };
}
