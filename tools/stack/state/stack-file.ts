import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StackInfo } from '../stack-info.ts';
import { cloneFolder } from './clone-folder.ts';
import { makeFolder } from './make-folder.ts';
import { readIfThere } from './secrets.ts';
import { writePrivateFile } from './write-private-file.ts';

const path = join(cloneFolder, '.countersign', 'stack.json');

/** Tells programs in this clone where the running system is; it holds keys, so nobody else may read it. */
export function writeStackFile(info: StackInfo): void {
  makeFolder(join(cloneFolder, '.countersign'), 0o711);
  writePrivateFile(path, `${JSON.stringify(info, null, 2)}\n`);
}

/** The system that `npm start` runs in this clone just now, or undefined. After a crash the file may be out of date. */
export function readStackFile(): StackInfo | undefined {
  const text = readIfThere(path);
  return text === undefined ? undefined : (JSON.parse(text) as StackInfo);
}

export function removeStackFile(): void {
  rmSync(path, { force: true });
}
