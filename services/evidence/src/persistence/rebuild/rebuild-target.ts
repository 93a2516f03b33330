import type { Pool } from 'pg';

/** Where a rebuild writes, and what was there before. */
export interface RebuildTarget {
  /** Looks into the new schema. */
  pool: Pool;
  /** The schema that is being filled. */
  schema: string;
  /** The service's schema as it is; null when there is none. */
  old: string | null;
  /** The tables that it has. */
  oldTables: readonly string[];
}

/**
 * How an insert asks for what the old schema's row of a table says: a `left join` under the name `o`, which finds nothing
 * when there is no such table.
 */
export function joinOld({ old, oldTables, schema }: RebuildTarget, table: string, condition: string): string {
  const isThere = old !== null && oldTables.includes(table);
  return `left join ${isThere ? old : schema}.${table} o on ${isThere ? condition : 'false'}`;
}
