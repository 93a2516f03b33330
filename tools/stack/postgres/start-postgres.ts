import { join } from 'node:path';
import { endProcess, type Ending } from '../processes/end-process.ts';
import { endOf, holdPart, type Part } from '../processes/part.ts';
import { freePort } from '../processes/free-port.ts';
import { isAlive } from '../processes/inspect-process.ts';
import { lastLines } from '../processes/last-lines.ts';
import { spawnEngine } from '../processes/spawn-engine.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { makeFolder } from '../state/make-folder.ts';
import { systemUser } from '../state/system-user.ts';
import { createCluster } from './create-cluster.ts';
import { endOrphanedPostgres } from './end-orphaned-postgres.ts';
import { findPostgres } from './find-postgres.ts';
import { readPostmasterPid } from './postmaster-pid.ts';

/** SIGINT is the fast shutdown, SIGQUIT the immediate one (recovers at the next start); SIGTERM would wait for every client. */
const endings: Ending[] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export interface PostgresPlan {
  /** An existing folder that the system user may enter; the data goes to `postgres/data` in it. */
  stateDir: string;
  /** Of the superuser `postgres`. */
  password: string;
  logFile: string;
  /** The same again after a restart; a free one when absent. */
  port?: number | undefined;
}

/** Starts PostgreSQL on 127.0.0.1, with a new data folder when there is none; ready when it accepts connections. */
export async function startPostgres({ stateDir, password, logFile, port }: PostgresPlan): Promise<Part> {
  const { initdb, postgres } = await findPostgres();
  const user = systemUser();
  const folder = join(makeFolder(join(stateDir, 'postgres'), 0o700, user), 'data');
  await createCluster({ initdb, folder, password, user });
  await endOrphanedPostgres(folder);
  // Between finding a free port and listening on it somebody else may take it: then try another one.
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await freePort());
    const args = ['-D', folder, ...serverSettings(chosen)];
    const child = spawnEngine({ program: postgres, args, logFile, user, signalAtOurDeath: 'SIGINT' });
    const ended = endOf(child);
    const state = await waitUntil(() => askState(folder, child.pid), { timeoutMs: 60_000 });
    const pid = child.pid;
    if (state === 'ready' && pid !== undefined) return holdPart('postgres', pid, chosen, ended, endings);
    if (pid !== undefined && isAlive(pid)) await endProcess(pid, endings.slice(1));
    if (port !== undefined || attempt === 3)
      throw new Error(`PostgreSQL did not start (${logFile}): ${lastLines(logFile)}`);
  }
}

/** Durability is never traded: fsync and synchronous_commit keep their defaults (on). */
function serverSettings(port: number): string[] {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, 'max_connections=200'];
  return settings.flatMap((setting) => ['-c', setting]);
}

function askState(folder: string, pid: number | undefined): 'ready' | 'ended' | undefined {
  if (pid === undefined || !isAlive(pid)) return 'ended';
  const written = readPostmasterPid(folder);
  return written?.pid === pid && written.status === 'ready' ? 'ready' : undefined;
}
