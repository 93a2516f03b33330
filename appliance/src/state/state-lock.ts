import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@countersign/shared/kernel';
import { makePrivateFolder } from './durable-file.ts';

/**
 * Makes this process the only one that carries out orders with this state folder; two would each believe that the
 * other's half-done order was left by a crash. The lock of a process that is gone is taken over.
 *
 * Returns its release. Throws AppError `APPLIANCE.ALREADY_RUNNING` (conflict).
 */
export async function takeStateLock(stateDir: string): Promise<() => void> {
  await makePrivateFolder(stateDir);
  const path = join(stateDir, 'run.lock');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isHeld(path)) break;
    rmSync(path, { force: true });
  }
  throw new AppError('APPLIANCE.ALREADY_RUNNING', 'conflict', `Another process runs with this state: see ${path}`);
}

function isHeld(path: string): boolean {
  const pid = Number(readFileSync(path, 'utf8'));
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
