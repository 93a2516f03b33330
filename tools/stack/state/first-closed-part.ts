import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The innermost part of an absolute path that other users may not enter (a folder) or run (a file); undefined when they get through. */
export function firstClosedPart(path: string): string | undefined {
  for (let part = path; part !== dirname(part); part = dirname(part)) {
    if (!(statSync(part).mode & 0o001)) return part;
  }
  return undefined;
}
