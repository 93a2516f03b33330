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
  s3: {
    endpoint: string;
    /** Of the administrator, who owns every bucket. */
    accessKey: string;
    secretKey: string;
    /** Of a user who may do what a bucket's policy lets him. */
    service: { accessKey: string; secretKey: string; principal: string };
  };
}

declare module 'vitest' {
  interface ProvidedContext extends ProvidedEngines, ProvidedStore {}
}
