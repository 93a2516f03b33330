/** A service whose part of the database is brought up to date. */
export interface MigratedService {
  /** Also the name of the schema. */
  name: string;
  /** The service's own URL: its role and password are made from it. */
  databaseUrl: string;
  migrationsFolder: string;
}
