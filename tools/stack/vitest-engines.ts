import type { TestProject } from 'vitest/node';
import { startEngines } from './start-engines.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser of an empty PostgreSQL, database `postgres`: make a database of your own in it. */
    adminDatabaseUrl: string;
    /** With user and password. Streams are shared by all spec files of the run. */
    natsUrl: string;
  }
}

/** vitest's globalSetup of the integration project: `inject('adminDatabaseUrl')`, `inject('natsUrl')` in a spec. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engines = await startEngines();
  project.provide('adminDatabaseUrl', engines.adminDatabaseUrl);
  project.provide('natsUrl', engines.natsUrl);
  return () => engines.stop();
}
