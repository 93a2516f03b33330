/** What the engines' global setup gives to integration specs: `inject('adminDatabaseUrl')`. */
export interface ProvidedEngines {
  /** A superuser of an empty PostgreSQL, database `postgres`: make a database of your own in it. */
  adminDatabaseUrl: string;
  /** With user and password. Streams are shared by all spec files of the run. */
  natsUrl: string;
}

/** What the global setup of the vault project gives: a real S3 store with Object Lock. */
export interface ProvidedStore {
  s3: { endpoint: string; accessKey: string; secretKey: string };
}

declare module 'vitest' {
  interface ProvidedContext extends ProvidedEngines, ProvidedStore {}
}
