import { join } from 'node:path';
import { findProgram } from '../processes/find-program.ts';
import { firstClosedPart } from '../state/first-closed-part.ts';
import { programCache } from '../state/program-cache.ts';
import { fetchNats } from './fetch-nats.ts';

/**
 * The nats-server of this machine, or the distribution's package unpacked into our own folder. It is never *installed*:
 * Debian's package would also start a broker of its own, open to the network and without a password.
 */
export async function findNats(): Promise<string> {
  const cache = join(programCache(), 'nats-server');
  const found = findProgram('nats-server', [cache], isReachable);
  return found ?? (await fetchNats(cache));
}

/** When we are root the system user runs it, who may not be able to enter the folder where root has it. */
function isReachable(path: string): boolean {
  return process.getuid?.() !== 0 || firstClosedPart(path) === undefined;
}
