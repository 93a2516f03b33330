import type { TestProject } from 'vitest/node';
import type { ProvidedEngines } from '@countersign/shared/testing';
import { startEngines } from './start-engines.ts';

/** vitest's globalSetup of the integration project: `inject('adminDatabaseUrl')`, `inject('natsUrl')` in a spec. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engines: ProvidedEngines & { stop(): Promise<void> } = await startEngines();
  project.provide('adminDatabaseUrl', engines.adminDatabaseUrl);
  project.provide('natsUrl', engines.natsUrl);
  project.provide('brokerSeeds', engines.brokerSeeds);
  return () => engines.stop();
}
