import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProvidedSystem } from './provided-system.ts';

export interface ApiKey {
  id: string;
  key: string;
}

const run = promisify(execFile);

async function keys({ keysCommand, keysEnvironment }: ProvidedSystem, args: string[]): Promise<string> {
  const [program, ...before] = keysCommand;
  const env = Object.keys(keysEnvironment).length > 0 ? { PATH: process.env['PATH'], ...keysEnvironment } : process.env;
  const { stdout } = await run(program!, [...before, ...args], { env });
  return stdout;
}

/** An appliance's key, bound to its site. */
export async function createSiteKey(system: ProvidedSystem, siteId: string): Promise<ApiKey> {
  return createKey(system, 'appliance', siteId);
}

/** A key of a kind; of the whole fleet where no site is said. */
export async function createKey(system: ProvidedSystem, kind: string, siteId?: string): Promise<ApiKey> {
  const bound = siteId === undefined ? [] : ['--site', siteId];
  return JSON.parse(await keys(system, ['create', '--kind', kind, ...bound, '--json'])) as ApiKey;
}

export async function revokeKey(system: ProvidedSystem, id: string): Promise<void> {
  await keys(system, ['revoke', id]);
}
