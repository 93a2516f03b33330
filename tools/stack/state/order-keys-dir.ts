import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { writePrivateFile } from './write-private-file.ts';

/** The folder of the keys that orders are signed with. The first start makes the first key; `npm run keys -- rotate` the next. */
export function openOrderKeysDir(secretsFolder: string): string {
  const folder = makeFolder(join(secretsFolder, 'order-keys'), 0o700);
  const hasKey = readdirSync(folder).some((name) => !name.startsWith('.') && statSync(join(folder, name)).size > 0);
  if (hasKey) return folder;
  const first = join(folder, 'order-key-1');
  const former = join(secretsFolder, 'order-signing-key'); // where it lay before keys could rotate
  if (existsSync(former)) renameSync(former, first);
  else writePrivateFile(first, `${randomBytes(32).toString('hex')}\n`);
  return folder;
}
