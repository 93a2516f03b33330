import type { DatabaseUrls } from './database-urls.ts';
import { serviceNames } from './services/service-names.ts';
import { cloneFolder } from './state/clone-folder.ts';

/** Roles, schemas and tables of the four services. Loads the ORM only when it is called. */
export async function migrateDatabases({ admin, services }: DatabaseUrls, log?: (line: string) => void): Promise<void> {
  if (admin === undefined) return; // a database of the user's own, migrated by its owner
  const { migrateAll } = await import('@countersign/shared/persistence');
  await migrateAll({
    adminUrl: admin,
    services: serviceNames.map((name) => ({
      name,
      databaseUrl: services[name],
      migrationsFolder: `${cloneFolder}/services/${name}/src/persistence/migrations`,
    })),
    ...(log && { log }),
  });
}
