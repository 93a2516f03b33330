/**
 * Brings the database up to date; run it before the services. Needs ADMIN_DATABASE_URL (a role that may create roles,
 * on the database of the services) and GATEWAY_, RUNBOOKS_, ORDERS_ and EVIDENCE_DATABASE_URL: roles and passwords are
 * made from them. Each may also come from the file that <NAME>_FILE names.
 */
import { loadConfig, url } from '@countersign/shared/config';
import { z } from 'zod';
import { databaseSetting } from './stack/database-urls.ts';
import { migrateDatabases } from './stack/migrate-databases.ts';
import { type ServiceName, serviceNames } from './stack/services/service-names.ts';

const databaseUrl = url('postgres:', 'postgresql:').describe('postgres://role:password@host:port/database');
const names = ['ADMIN_DATABASE_URL', ...serviceNames.map(databaseSetting)];
const schema = z.object(Object.fromEntries(names.map((name) => [name, databaseUrl])));

try {
  const settings = loadConfig(schema);
  const services = serviceNames.map((name) => [name, settings[databaseSetting(name)]]);
  await migrateDatabases(
    { admin: settings['ADMIN_DATABASE_URL']!, services: Object.fromEntries(services) as Record<ServiceName, string> },
    (line) => console.log(line),
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
