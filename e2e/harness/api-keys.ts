import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProvidedSystem } from './provided-system.ts';

export interface ApiKey {
  id: string;
  principal_id: string;
  key: string;
}

const run = promisify(execFile);

/** Runs the keys command and gives what it prints for programs. */
export async function runKeys<T = unknown>(
  { keysCommand, keysEnvironment }: ProvidedSystem,
  ...args: string[]
): Promise<T> {
  const [program, ...before] = keysCommand;
  const env = Object.keys(keysEnvironment).length > 0 ? { PATH: process.env['PATH'], ...keysEnvironment } : process.env;
  const { stdout } = await run(program!, [...before, ...args, '--json'], { env });
  return JSON.parse(stdout) as T;
}

/** An appliance's key, bound to its site. */
export async function createSiteKey(system: ProvidedSystem, siteId: string): Promise<ApiKey> {
  return createKey(system, 'appliance', siteId);
}

/** A key of a kind; of the whole fleet where no site is said, and without an end where no hours are. */
export async function createKey(
  system: ProvidedSystem,
  kind: string,
  siteId?: string,
  hours?: number,
): Promise<ApiKey> {
  const bound = siteId === undefined ? [] : ['--site', siteId];
  const until = hours === undefined ? [] : ['--hours', String(hours)];
  return runKeys(system, 'create', '--kind', kind, ...bound, ...until);
}

export async function revokeKey(system: ProvidedSystem, id: string): Promise<void> {
  await runKeys(system, 'revoke', id);
}

/** A token that stands for a principal. */
export async function createToken(system: ProvidedSystem, principalId: string, hours = 1): Promise<string> {
  const options = ['--principal', principalId, '--hours', String(hours)];
  return (await runKeys<{ token: string }>(system, 'token', ...options)).token;
}

export async function disablePrincipal(system: ProvidedSystem, principalId: string): Promise<void> {
  await runKeys(system, 'disable', '--principal', principalId);
}
