import type { AuditEntry, AuditPage, AuditQuery } from '@countersign/shared/contracts';
import type { AuditReader, AuditRow } from '../../persistence/audit-reader.ts';

export type ReadAudit = (items: AuditQuery[]) => Promise<AuditPage[]>;

/** Bytes of leaves in all answers together: a message takes a MiB, and some leaves have 64 KiB. */
const bytesAtMost = 384 * 1024;

/** A page may be shorter than it was asked for; `before` and `after` say where to go on. */
export function createReadAudit(reader: Pick<AuditReader, 'find'>): ReadAudit {
  return (items) =>
    Promise.all(
      items.map(async (query) => {
        const rows = await reader.find(query);
        const isForward = query.after !== undefined && query.before === undefined;
        const kept = fitting(isForward ? rows.toReversed() : rows, bytesAtMost / items.length);
        const entries = (isForward ? kept.toReversed() : kept).map(describe);
        const hasMore = kept.length < rows.length || rows.length === query.limit;
        return {
          entries,
          // Read forwards, what is older is what the caller has already.
          before: hasMore || isForward ? (entries.at(-1)?.leaf_index ?? null) : null,
          after: entries[0]?.leaf_index ?? null,
        };
      }),
    );
}

/** As many of the first as fit, the first in any case. */
function fitting(rows: AuditRow[], bytes: number): AuditRow[] {
  let sum = 0;
  const end = rows.findIndex(({ leaf }, index) => (sum += leaf.length) > bytes && index > 0);
  return end === -1 ? rows : rows.slice(0, end);
}

function describe({ leaf_hash, time, recorded_at, ...row }: AuditRow): AuditEntry {
  return {
    ...row,
    leaf_hash: leaf_hash.toString('base64'),
    time: time.toISOString(),
    recorded_at: recorded_at.toISOString(),
  };
}
