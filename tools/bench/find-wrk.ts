import { spawnSync } from 'node:child_process';
import { findProgram } from '../stack/processes/find-program.ts';

/** The load generator: of those that were tried it costs the machine least (about 20 us of CPU a request). */
export function findWrk(): string {
  const found = findProgram('wrk') ?? install();
  if (found === undefined) {
    throw new Error('the benchmark needs wrk: install it (Debian: apt-get install wrk, macOS: brew install wrk).');
  }
  return found;
}

function install(): string | undefined {
  const apt = process.getuid?.() === 0 ? findProgram('apt-get') : undefined;
  if (apt === undefined) return undefined;
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  const once = () => spawnSync(apt, ['install', '-y', '--no-install-recommends', 'wrk'], options);
  if (once().status !== 0) {
    spawnSync(apt, ['update'], options);
    once();
  }
  return findProgram('wrk');
}
