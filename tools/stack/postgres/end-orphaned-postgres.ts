import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from '../processes/end-process.ts';
import { commandLineOf } from '../processes/inspect-process.ts';
import { readPostmasterPid } from './postmaster-pid.ts';

/**
 * Makes the data folder free for a start. PostgreSQL refuses to start while the pid in its lock file is alive, which
 * after a reboot or in a container may be anybody: then the file is removed. A real orphan on this folder is stopped.
 * Call it only while holding the run lock: else it would stop the database of a running system.
 */
export async function endOrphanedPostgres(folder: string): Promise<void> {
  const left = readPostmasterPid(folder);
  if (!left) return;
  const commandLine = commandLineOf(left.pid);
  if (commandLine.includes('postgres') && `${commandLine} `.includes(` -D ${folder} `)) {
    await endProcess(left.pid, [
      { signal: 'SIGINT', waitMs: 10_000 },
      { signal: 'SIGQUIT', waitMs: 5_000 },
    ]);
  }
  rmSync(join(folder, 'postmaster.pid'), { force: true });
}
