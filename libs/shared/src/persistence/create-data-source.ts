import { DataSource, type MixedList } from 'typeorm';

export interface DataSourceSettings {
  databaseUrl: string;
  /** The schema that the service owns. */
  schema: string;
  applicationName: string;
  entities: Function[];
  /** Connections at most; 4 unless told. */
  poolSize?: number;
  /** Of each connection, as libpq takes them. */
  options?: string;
}

/**
 * TypeORM for entities, cold transactions and the reads that people wait for. It never changes the schema: that is
 * `migrateAll`, under another role.
 */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: settings.databaseUrl,
    schema: settings.schema,
    applicationName: settings.applicationName,
    entities: settings.entities as MixedList<Function>,
    synchronize: false,
    migrationsRun: false,
    poolSize: settings.poolSize ?? 4,
    connectTimeoutMS: 2_000,
    extra: { statement_timeout: 10_000, ...(settings.options && { options: settings.options }) },
  });
}
