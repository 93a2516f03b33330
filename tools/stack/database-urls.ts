import { type ServiceName, serviceNames } from './services/service-names.ts';

export interface DatabaseUrls {
  /** The superuser's, on the database of the four services; absent when only the services' own URLs were given. */
  admin?: string;
  services: Record<ServiceName, string>;
}

/** The setting that names a service's database: `GATEWAY_DATABASE_URL` and so on. */
export function databaseSetting(service: ServiceName): string {
  return `${service.toUpperCase()}_DATABASE_URL`;
}

/** Whether the user's settings leave PostgreSQL to us. */
export function needsOwnPostgres(settings: Record<string, string>): boolean {
  return settings['ADMIN_DATABASE_URL'] === undefined && serviceNames.some((name) => !settings[databaseSetting(name)]);
}

/** One role per service on the superuser's database; a URL that the user set stays as it is. */
export function databaseUrlsFor(
  admin: string | undefined,
  rolePasswords: Record<ServiceName, string>,
  settings: Record<string, string>,
): DatabaseUrls {
  const urlOf = (name: ServiceName): string => {
    const own = settings[databaseSetting(name)];
    if (own) return own;
    if (admin === undefined) throw new Error(`${databaseSetting(name)} is missing`);
    const url = new URL(admin);
    url.username = `countersign_${name}`;
    url.password = rolePasswords[name];
    return url.href;
  };
  const services = Object.fromEntries(serviceNames.map((name) => [name, urlOf(name)])) as Record<ServiceName, string>;
  return { ...(admin !== undefined && { admin }), services };
}
