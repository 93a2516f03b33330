import type { TestProject } from 'vitest/node';
import { startRgw } from './start-rgw.ts';

/** vitest's globalSetup of the vault project: one throw-away Ceph for the run; `inject('s3')` in a spec. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { s3, stop } = await startRgw();
  project.provide('s3', s3);
  return stop;
}
