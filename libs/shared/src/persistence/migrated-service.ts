/** A service whose part of the database is brought up to date. */
export interface MigratedService {
  /** Also the name of the schema, unless `schema` says another one. */
  name: string;
  /** A schema of another name, made beside the service's own: the role gets its rights there, and looks elsewhere. */
  schema?: string;
  /** The service's own URL: its role and password are made from it. */
  databaseUrl: string;
  migrationsFolder: string;
}
