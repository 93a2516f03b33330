import type { BrokerUser } from '../contracts/index.ts';

/** What the engines' global setup gives to integration specs: `inject('adminDatabaseUrl')`. */
export interface ProvidedEngines {
  /** A superuser of an empty PostgreSQL, database `postgres`: make a database of your own in it. */
  adminDatabaseUrl: string;
  /** Of a user who may do everything. Streams are shared by all spec files of the run. */
  natsUrl: string;
  /** Of the users that a running system has: each may do what follows from the contracts, and no more. */
  brokerSeeds: Record<BrokerUser, string>;
}

/** What the global setup of the vault project gives: a real S3 store with Object Lock. */
export interface ProvidedStore {
  s3: { endpoint: string; accessKey: string; secretKey: string };
}

declare module 'vitest' {
  interface ProvidedContext extends ProvidedEngines, ProvidedStore {}
}
