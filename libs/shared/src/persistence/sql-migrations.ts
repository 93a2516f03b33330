import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The `NNNN-what-it-does.sql` files of a folder as TypeORM migrations. TypeORM orders by the 13 digits at the end of
 * a name, so the number of the file stands there; what has run is never changed, only followed by a new file.
 */
export function sqlMigrations(folder: string, offset: number): (new () => MigrationInterface)[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted();
  return files.map((file) => {
    const [, number, title] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
    if (!number || !title) throw new Error(`${join(folder, file)}: a migration is named NNNN-what-it-does.sql`);
    const sql = readFileSync(join(folder, file), 'utf8');
    return class implements MigrationInterface {
      readonly name = `${title}-${String(offset + Number(number)).padStart(13, '0')}`;

      async up(runner: QueryRunner): Promise<void> {
        await runner.query(sql);
      }

      async down(): Promise<void> {
        throw new Error('Migrations only go forward: write a new one.');
      }
    };
  });
}
