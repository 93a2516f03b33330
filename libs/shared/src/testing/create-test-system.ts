import { services, type ServiceName } from '../contracts/index.ts';
import { migrateAll } from '../persistence/index.ts';
import { createTestDatabase, migrationsOf, runAsAdmin } from './create-test-database.ts';

export interface TestSystem {
  /** Each service's own role, with the rights that it has in production. */
  databaseUrls: Record<ServiceName, string>;
  /** Superuser, same database. */
  adminUrl: string;
  /** What runs before every start. */
  migrate(): Promise<void>;
  drop(): Promise<void>;
}

/** One database with the schemas of all services, as a running system has it. */
export async function createTestSystem(adminUrl: string): Promise<TestSystem> {
  const [first, ...others] = services;
  const database = await createTestDatabase(adminUrl, first);
  const urlOf = (service: ServiceName): string => {
    const url = new URL(database.databaseUrl);
    if (service !== first) url.username = `${url.username}_${service}`;
    return url.href;
  };
  const databaseUrls = Object.fromEntries(services.map((name) => [name, urlOf(name)])) as Record<ServiceName, string>;
  const system = {
    databaseUrls,
    adminUrl: database.adminUrl,
    migrate: () =>
      migrateAll({
        adminUrl: database.adminUrl,
        services: services.map((name) => ({
          name,
          databaseUrl: databaseUrls[name],
          migrationsFolder: migrationsOf(name),
        })),
      }),
    async drop() {
      await database.drop();
      for (const name of others) {
        const role = new URL(databaseUrls[name]).username;
        await runAsAdmin(adminUrl, `drop role if exists ${role}, ${role}_site`);
      }
    },
  };
  try {
    await system.migrate();
  } catch (error) {
    await system.drop();
    throw error;
  }
  return system;
}
