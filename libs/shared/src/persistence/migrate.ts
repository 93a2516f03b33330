import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { MigratedService } from './migrated-service.ts';
import { closeDatabase, handOver, migrator, prepareRole, prepareSchema } from './prepare-roles.ts';
import { createSiteGroup, prepareSiteRole, siteUrlOf } from './prepare-site-role.ts';
import { sqlMigrations } from './sql-migrations.ts';
import { sourceUrlOf } from './statement.ts';

export interface MigrateOptions {
  /** A role that may create roles, on a database that is its own. The services never see it, and own nothing. */
  adminUrl: string;
  services: MigratedService[];
  log?: (line: string) => void;
}

const sharedMigrations = fileURLToPath(new URL('./migrations', sourceUrlOf(import.meta.url)));
/** Any constant: two migrators wait for each other on it. */
const migrationLock = 7_205_759_403;
const migrationsTable = 'migrations';

/**
 * Brings the schema of every service up to date: role, schema, shared tables, its own migrations, grants. Each
 * migration runs in a transaction of its own, in the name of a role that nobody logs in as; running it again changes
 * nothing. The services' roles get rights on rows, never on the tables' definitions.
 */
export async function migrateAll({ adminUrl, services, log = () => {} }: MigrateOptions): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  await admin.connect();
  try {
    await admin.query('select pg_advisory_lock($1)', [migrationLock]);
    await closeDatabase(admin);
    await createSiteGroup(admin);
    for (const service of services) {
      if (service.schema === undefined) {
        await prepareRole(admin, service);
        await prepareSiteRole(admin, service);
      } else await prepareSchema(admin, service.schema);
      await handOver(admin, service.schema ?? service.name);
      const applied = await applyMigrations(adminUrl, service);
      await admin.query(`set role ${migrator}; ${grantsFor(service)}; reset role`);
      log(`${service.name}: ${applied === 0 ? 'up to date' : `${applied} migration(s) applied`}`);
    }
  } finally {
    await admin.end();
  }
}

async function applyMigrations(adminUrl: string, service: MigratedService): Promise<number> {
  const { name, schema = name, migrationsFolder } = service;
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    schema,
    poolSize: 1,
    migrations: [...sqlMigrations(sharedMigrations, 0), ...sqlMigrations(migrationsFolder, 1_000_000)],
    migrationsTableName: migrationsTable,
    migrationsTransactionMode: 'each',
    extra: { options: `-c search_path=${schema} -c role=${migrator}` },
  });
  await source.initialize();
  try {
    return (await source.runMigrations()).length;
  } finally {
    await source.destroy();
  }
}

/** All rights on rows, to the role of one site only those that migrations give; but what a migration calls `insert-only` in the comment of a table can only be added to. */
function grantsFor({ name, schema: schemaName = name, databaseUrl }: MigratedService): string {
  const role = pg.escapeIdentifier(new URL(databaseUrl).username);
  const schema = pg.escapeIdentifier(schemaName);
  return `
    grant usage on schema ${schema} to ${role}, ${pg.escapeIdentifier(new URL(siteUrlOf(databaseUrl)).username)};
    grant select, insert, update, delete on all tables in schema ${schema} to ${role};
    revoke insert, update, delete on ${schema}.${migrationsTable} from ${role};
    grant usage, select on all sequences in schema ${schema} to ${role};
    do $$ declare t text; begin
      for t in select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${pg.escapeLiteral(schemaName)} and c.relkind in ('r', 'p') and obj_description(c.oid) like 'insert-only%'
      loop execute format('revoke update, delete on %s from %I', t, ${pg.escapeLiteral(new URL(databaseUrl).username)}); end loop;
    end $$;`;
}

/** The migrations of a service that the database lacks: a service with any does not start. */
export async function pendingMigrations(pool: pg.Pool, migrationsFolder: string): Promise<string[]> {
  const wanted = [...sqlMigrations(sharedMigrations, 0), ...sqlMigrations(migrationsFolder, 1_000_000)].map(
    (Migration) => new Migration().name!,
  );
  const { rows } = await pool.query<{ name: string }>(`select name from ${migrationsTable}`);
  const applied = new Set(rows.map((row) => row.name));
  return wanted.filter((name) => !applied.has(name));
}
