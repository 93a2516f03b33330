import { type DatabaseUrls, databaseUrlsFor, needsOwnPostgres } from './database-urls.ts';
import { migrateDatabases } from './migrate-databases.ts';
import { createDatabase } from './postgres/create-database.ts';
import type { Part } from './processes/part.ts';
import type { Secrets } from './state/secrets.ts';
import type { Steps } from './steps.ts';

export interface DatabasesPlan {
  secrets: Secrets;
  steps: Steps;
  /** ADMIN_DATABASE_URL or the services' own database URLs replace our PostgreSQL. */
  settings: Record<string, string>;
}

const database = 'countersign';

/** Starts our PostgreSQL when the settings do not name one of the user's, and brings every table up to date. */
export async function openDatabases(
  startPostgres: () => Promise<Part>,
  { secrets, steps, settings }: DatabasesPlan,
): Promise<DatabaseUrls> {
  let admin = settings['ADMIN_DATABASE_URL'];
  if (needsOwnPostgres(settings)) {
    const { port } = await steps.run('postgres', startPostgres, (part) => `listens on 127.0.0.1:${part.port}`);
    const server = `postgres://postgres:${secrets.postgresPassword}@127.0.0.1:${port}`;
    await createDatabase(`${server}/postgres`, database);
    admin = `${server}/${database}`;
  }
  const urls = databaseUrlsFor(admin, secrets.rolePasswords, settings);
  await steps.run(
    'migrate',
    () => migrateDatabases(urls),
    () => (admin ? 'tables are up to date' : 'left to the owner of the database'),
  );
  return urls;
}
