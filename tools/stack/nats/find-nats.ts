import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../processes/find-program.ts';
import { programCache } from '../state/program-cache.ts';
import { fetchNats } from './fetch-nats.ts';

/**
 * The nats-server of this machine, or the distribution's package unpacked into our own folder. It is never *installed*:
 * Debian's package would also start a broker of its own, open to the network and without a password.
 */
export async function findNats(): Promise<string> {
  const cache = join(programCache(), 'nats-server');
  const found = findProgram('nats-server', [cache], isReachableByAll);
  return found ?? (await fetchNats(cache));
}

/** When we are root the system user runs it, who may not be able to enter the folder where root has it. */
function isReachableByAll(path: string): boolean {
  if (process.getuid?.() !== 0) return true;
  for (let part = path; part !== dirname(part); part = dirname(part)) {
    if (!(statSync(part).mode & 0o001)) return false;
  }
  return true;
}
