import type { Pool } from 'pg';
import type { RebuiltTable } from './rebuilt-tables.ts';

export interface TableDigest {
  rows: number;
  /** SHA-256 (hex) over the SHA-256 of every row, sorted. A row is its columns by name, as PostgreSQL spells them. */
  sha256: string;
}

/** What a table holds, in one line, whatever order its rows lie in; undefined when there is no such table. */
export async function digestTable(pool: Pool, schema: string, table: RebuiltTable): Promise<TableDigest | undefined> {
  const row = await rowOf(pool, schema, table);
  if (row === undefined) return undefined;
  const { rows } = await pool.query<TableDigest>(
    `select count(*)::float8 as rows,
       encode(sha256(coalesce(string_agg(hash, ''::bytea order by hash), ''::bytea)), 'hex') as sha256
     from (select sha256(convert_to(${row}::text, 'UTF8')) as hash from ${schema}.${table.name}) hashed`,
  );
  return rows[0]!;
}

/** Rows of a table that only one of two schemas has: how many, in each. */
export async function countDifferences(
  pool: Pool,
  table: RebuiltTable,
  one: string,
  other: string,
): Promise<{ onlyInOne: number; onlyInOther: number }> {
  const row = await rowOf(pool, one, table);
  const count = async (from: string, without: string): Promise<number> => {
    const { rows } = await pool.query<{ rows: number }>(
      `select count(*)::float8 as rows from (
         select ${row}::text from ${from}.${table.name} except all select ${row}::text from ${without}.${table.name}) d`,
    );
    return rows[0]!.rows;
  };
  return { onlyInOne: await count(one, other), onlyInOther: await count(other, one) };
}

export async function countRows(pool: Pool, schema: string, table: string): Promise<number> {
  const { rows } = await pool.query<{ rows: number }>(`select count(*)::float8 as rows from ${schema}."${table}"`);
  return rows[0]!.rows;
}

/** The compared columns as one value. */
async function rowOf(pool: Pool, schema: string, { name, ownClock }: RebuiltTable): Promise<string | undefined> {
  const { rows } = await pool.query<{ column_name: string }>(
    `select column_name from information_schema.columns
     where table_schema = $1 and table_name = $2 and column_name <> all ($3::text[]) order by column_name`,
    [schema, name, ownClock],
  );
  return rows.length === 0 ? undefined : `row(${rows.map((column) => column.column_name).join(', ')})`;
}

export async function countLeavesByType(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ type: string; count: number }>(
    'select type, count(*)::float8 as count from ledger_leaves group by type order by type',
  );
  return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
}
