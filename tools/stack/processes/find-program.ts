import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Administrators' folders that are not on an ordinary user's PATH, and Homebrew's. */
const unlistedFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The full path of a program, or undefined. Looks in PATH, then where distributions hide servers, then in `extraFolders`;
 * takes the first one that can be executed and that `suits`.
 */
export function findProgram(
  name: string,
  extraFolders: string[] = [],
  suits: (path: string) => boolean = () => true,
): string | undefined {
  const listed = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return [...listed, ...unlistedFolders, ...extraFolders]
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path) && suits(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
