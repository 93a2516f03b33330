/**
 * Brings the database up to date; run it before the services. Needs ADMIN_DATABASE_URL (a role that may create roles,
 * on the database of the services) and GATEWAY_, RUNBOOKS_, ORDERS_ and EVIDENCE_DATABASE_URL: roles and passwords are
 * made from them.
 */
import { databaseSetting } from './stack/database-urls.ts';
import { migrateDatabases } from './stack/migrate-databases.ts';
import { type ServiceName, serviceNames } from './stack/services/service-names.ts';

const missing = ['ADMIN_DATABASE_URL', ...serviceNames.map(databaseSetting)].filter((name) => !process.env[name]);
if (missing.length > 0) {
  console.error(`missing: ${missing.join(', ')}`);
  process.exit(1);
}
const services = serviceNames.map((name) => [name, process.env[databaseSetting(name)]]);
await migrateDatabases(
  { admin: process.env['ADMIN_DATABASE_URL']!, services: Object.fromEntries(services) as Record<ServiceName, string> },
  (line) => console.log(line),
);
