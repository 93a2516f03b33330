import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { ServiceName } from '../contracts/index.ts';
import { migrateAll } from '../persistence/index.ts';

export interface TestDatabase {
  /** The service's own role, with the rights that it has in production. */
  databaseUrl: string;
  /** Superuser, same database: for what a test looks at behind the service's back. */
  adminUrl: string;
  /** Drops the database and the role; connections that a test forgot are cut. */
  drop(): Promise<void>;
}

/**
 * A database of its own for a spec file, migrated as in production. `adminUrl` names a superuser of the cluster
 * (`inject('adminDatabaseUrl')`).
 */
export async function createTestDatabase(adminUrl: string, service: ServiceName): Promise<TestDatabase> {
  const name = `test_${service}_${randomBytes(6).toString('hex')}`;
  await runAsAdmin(adminUrl, `create database ${name}`);
  const inDatabase = new URL(adminUrl);
  inDatabase.pathname = `/${name}`;
  const own = new URL(inDatabase);
  // Roles belong to the whole cluster: one per database, so that spec files do not change each other's password.
  own.username = name;
  own.password = randomBytes(12).toString('hex');
  const database = {
    databaseUrl: own.href,
    adminUrl: inDatabase.href,
    async drop() {
      await runAsAdmin(adminUrl, `drop database if exists ${name} with (force)`);
      await runAsAdmin(adminUrl, `drop role if exists ${name}, ${name}_site`);
    },
  };
  try {
    await migrateAll({
      adminUrl: database.adminUrl,
      services: [{ name: service, databaseUrl: database.databaseUrl, migrationsFolder: migrationsOf(service) }],
    });
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

export function migrationsOf(service: ServiceName): string {
  return fileURLToPath(new URL(`../../../../services/${service}/src/persistence/migrations`, import.meta.url));
}

export async function runAsAdmin(adminUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
