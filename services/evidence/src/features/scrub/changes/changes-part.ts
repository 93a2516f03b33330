import { auditDurables } from '../../../domain/durables.ts';
import type { ChangeRow, ScrubRowsRepository } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, rowItem } from '../fault.ts';
import { eventOf } from '../ledger/leaf-columns.ts';
import type { Part } from '../part.ts';
import type { VaultReads } from '../vault-reads.ts';

export interface ChangesPartOptions {
  rows: Pick<ScrubRowsRepository, 'changes'>;
  reads: Pick<VaultReads, 'pause'>;
  startedAt: Date;
  site: string | null;
}

const rowsAtOnce = 200;

/**
 * Refusals and changes of retention, each against the leaf that tells of it. A hold that somebody took off by a row of
 * his own making would otherwise excuse the object that is not held.
 */
export function createChangesPart({ rows, reads, startedAt, site }: ChangesPartOptions): Part {
  return {
    name: 'changes',
    async look(cursor) {
      await reads.pause();
      const after = (cursor ?? { table: '', key: '' }) as { table: string; key: string };
      const durable = auditDurables.evidence;
      const page = await rows.changes({ after, limit: rowsAtOnce, site, durable, startedAt });
      const last = page.at(-1);
      const isThrough = last === undefined || page.length < rowsAtOnce;
      return { faults: page.flatMap(judgeChange), next: isThrough ? null : { table: last.of_table, key: last.key } };
    },
  };
}

function judgeChange({ of_table, key, site_id, fields, leaf, is_explained }: ChangeRow): Fault[] {
  if (is_explained) return [];
  const about = { item: rowItem(of_table, key), siteId: site_id };
  const told = leaf === null ? undefined : (eventOf(leaf)?.['data'] as Record<string, unknown> | undefined);
  if (told === undefined)
    return [{ kind: 'row-unknown', ...about, detail: 'The ledger does not tell of this row.', facts: {} }];
  const wrong = Object.entries(of_table === 'refusals' ? refusalOf(told) : changeOf(told)).flatMap(([column, value]) =>
    isSame(fields[column], value) ? [] : [column],
  );
  if (wrong.length === 0) return [];
  const detail = `The row is not what the ledger tells: ${wrong.join(', ')}.`;
  return [{ kind: 'row-changed', ...about, detail, facts: { columns: wrong } }];
}

const refusalOf = ({ bundle_id, site_id, host_id, digest, error_code }: Record<string, unknown>) => ({
  bundle_id,
  site_id,
  host_id,
  digest,
  error_code,
});

const kindOf = (hold: unknown): string => (hold === undefined ? 'extended' : hold === true ? 'hold-on' : 'hold-off');

const changeOf = ({ evidence_id, hold, retain_until, reason, principal_id, changed_at }: Record<string, unknown>) => ({
  evidence_id,
  kind: kindOf(hold),
  retain_until: hold === undefined ? new Date(String(retain_until)) : null,
  reason,
  principal_id,
  changed_at: new Date(String(changed_at)),
});

/** Times by the millisecond, which is what an event has. */
const isSame = (column: unknown, told: unknown): boolean =>
  told instanceof Date ? Math.floor(Date.parse(String(column))) === told.getTime() : column === told;
