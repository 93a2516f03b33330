import pg from 'pg';
import type { MigratedService } from './migrated-service.ts';

/**
 * Whoever is a member sees the rows of one site, the one that its transaction names; policies and rights are made for it
 * by migrations. Nobody logs in as it.
 */
export const siteGroup = 'countersign_site';

/** Connections of one service for one site's questions, all its replicas together. */
const connectionLimit = 40;

/** Longest name that PostgreSQL does not cut. */
const longestName = 63;

/** The role beside a service's own by which it answers questions of one site: the same password, fewer rights. */
export function siteUrlOf(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.username = `${url.username}_site`;
  return url.href;
}

/** Roles belong to the whole cluster, so another database's migration may make it at the same moment. */
export async function createSiteGroup(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [siteGroup]);
  if (rowCount === 0) {
    await admin.query(`create role ${siteGroup} nologin`).catch((error: { code?: string }) => {
      if (error.code !== '42710' && error.code !== '23505') throw error;
    });
  }
}

/** Makes the role; throws when it is member of anything besides the group, or has any power. */
export async function prepareSiteRole(admin: pg.Client, { name, databaseUrl }: MigratedService): Promise<void> {
  const { username, password, pathname } = new URL(siteUrlOf(databaseUrl));
  if (username.length > longestName) throw new Error(`The role ${username} has too long a name.`);
  const [role, database] = [pg.escapeIdentifier(username), pg.escapeIdentifier(pathname.slice(1))];
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [username]);
  await admin.query(
    `${rowCount ? 'alter' : 'create'} role ${role} login inherit connection limit ${connectionLimit}
       password ${pg.escapeLiteral(decodeURIComponent(password))}`,
  );
  const { rowCount: isPowerful } = await admin.query(
    `select from pg_roles r where rolname = $1 and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
       or exists (select from pg_auth_members m where m.member = r.oid and m.roleid <> $2::regrole))`,
    [username, siteGroup],
  );
  if (isPowerful) throw new Error(`The role ${username} may do more than it may.`);
  await admin.query(`
    grant ${siteGroup} to ${role};
    grant connect on database ${database} to ${role};
    alter role ${role} in database ${database} set search_path = ${pg.escapeIdentifier(name)}, pg_temp;
    alter role ${role} in database ${database} set statement_timeout = '30s';
    alter role ${role} in database ${database} set idle_in_transaction_session_timeout = '60s'`);
}
