import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { asDatabaseError } from './database-error.ts';

/** A hot statement: SQL from a file, prepared once per connection under its name. */
export interface Statement<Row> {
  readonly name: string;
  run(on: Pool | PoolClient, values: unknown[]): Promise<Row[]>;
}

/**
 * Reads `file` beside the calling module. The compiled module lies in `dist`, the SQL stays in `src`: it is read from
 * there, so that nothing has to be copied.
 *
 * @param moduleUrl `import.meta.url` of the caller.
 */
export function loadStatement<Row extends QueryResultRow>(moduleUrl: string, file: string): Statement<Row> {
  const path = fileURLToPath(new URL(file, sourceUrlOf(moduleUrl)));
  return defineStatement(file.replace(/^.*\//, '').replace(/\.sql$/, ''), readFileSync(path, 'utf8'));
}

/** A statement of a line or two, where a file of its own would hide it. */
export function defineStatement<Row extends QueryResultRow>(name: string, text: string): Statement<Row> {
  return {
    name,
    async run(on, values) {
      try {
        const result = await on.query<Row>({ name, text, values });
        return result.rows;
      } catch (error) {
        throw asDatabaseError(error);
      }
    },
  };
}

export function sourceUrlOf(moduleUrl: string): string {
  return moduleUrl.replace(/\/dist\/(?!.*\/dist\/)/, '/src/');
}
