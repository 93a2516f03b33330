import type { Pool } from 'pg';
import { defineStatement, type OutboxRow, textArray } from '@countersign/shared/persistence';

// A row that is there already was written by a try whose answer got lost.
const write = defineStatement(
  'write-audit',
  `insert into outbox (id, subject, payload)
   select id::uuid, subject, payload from unnest($1::text[], $2::text[], $3::text[]) as t (id, subject, payload)
   on conflict (id) do nothing`,
);

const findSites = defineStatement<{ site_id: string }>(
  'find-audited-sites',
  'select site_id from sites where site_id = any ($1::text[])',
);

/** What the audit says leaves by the outbox, as all events do. */
export class AuditRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Those of them that there are. */
  async findSites(names: readonly string[]): Promise<Set<string>> {
    if (names.length === 0) return new Set();
    const rows = await findSites.run(this.pool, [textArray(names)]);
    return new Set(rows.map(({ site_id }) => site_id));
  }

  /** One commit. The same rows may be given again. */
  async write(rows: readonly OutboxRow[]): Promise<void> {
    const column = (read: (row: OutboxRow) => string) => textArray(rows.map(read));
    await write.run(this.pool, [column((row) => row.id), column((row) => row.subject), column((row) => row.payload)]);
  }
}
