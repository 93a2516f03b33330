import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import type { SystemUser } from './system-user.ts';

/**
 * Makes a folder with exactly this mode, whatever the umask, and gives it to the user. The mode of a folder that exists
 * is set as well, so name only folders that are ours; parents are made but never changed.
 */
export function makeFolder(path: string, mode: number, owner?: SystemUser): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  if (owner) chownSync(path, owner.uid, owner.gid);
  return path;
}
