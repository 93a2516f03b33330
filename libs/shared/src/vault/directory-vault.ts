import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat, statfs, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertPresent, createDirectoryFiles, incomingFolder } from './directory-files.ts';
import { walkFiles } from './directory-walk.ts';
import { assertKeyPrefix, assertObjectKey } from './object-key.ts';
import { within } from './time-limit.ts';
import { objectNotFound, vaultUnavailable } from './vault-errors.ts';
import { type Vault } from './vault.ts';

export interface DirectoryVaultSettings {
  /** Path of the folder; made when it is missing. All of it must lie on one file system. */
  directory: string;
  /** The longest that one call may take (10 s). */
  timeoutMs?: number;
}

const maxTempAgeMs = 3_600_000;
const minFreeBytes = 1_048_576;

/**
 * A vault in a folder: each object is one file under its key, made complete and durable before its name appears,
 * never replaced, and read-only. Its `versionId` is the SHA-256 of its bytes; its modification time is the end of its
 * retention (the convention of NetApp SnapLock), so that `ls -l` shows it and a restore with `cp -p` keeps it.
 *
 * It holds against every program that goes through it and against accidents. It does not hold against whoever owns
 * the disk: for that take a store with Object Lock.
 */
export async function openDirectoryVault(settings: DirectoryVaultSettings): Promise<Vault> {
  const { directory: root, timeoutMs = 10_000 } = settings;
  const incoming = join(root, incomingFolder);
  await within(timeoutMs, 'open its directory', prepare(incoming));
  const files = createDirectoryFiles(root);

  return {
    scheme: 'vault',
    async put(object) {
      assertObjectKey(object.key);
      return within(timeoutMs, 'write an object', files.put(object));
    },
    async get(key, versionId) {
      assertObjectKey(key);
      const found = await within(timeoutMs, 'read an object', files.read(key));
      if (found?.object.versionId !== versionId) throw objectNotFound(key, versionId);
      return found.bytes;
    },
    async find(key) {
      assertObjectKey(key);
      return (await within(timeoutMs, 'find an object', files.read(key)))?.object;
    },
    async *list(prefix) {
      assertKeyPrefix(prefix);
      await within(timeoutMs, 'list its objects', assertPresent(root));
      for await (const key of walkFiles(root, prefix, (step) => within(timeoutMs, 'list its objects', step))) {
        const found = await within(timeoutMs, 'read an object', files.read(key));
        if (found !== undefined) yield found.object;
      }
    },
    check: () => within(timeoutMs, 'be written to', checkWritable(incoming)),
    close: async () => {},
  };
}

/** What a crash left behind is swept, but not what a sibling process may be writing now. */
async function prepare(incoming: string): Promise<void> {
  await mkdir(incoming, { recursive: true });
  for (const name of await readdir(incoming)) {
    const file = join(incoming, name);
    const { ctimeMs } = await stat(file);
    if (Date.now() - ctimeMs > maxTempAgeMs) await unlink(file);
  }
  await checkWritable(incoming);
}

async function checkWritable(incoming: string): Promise<void> {
  const { bavail, bsize } = await statfs(incoming);
  if (bavail * bsize < minFreeBytes) throw vaultUnavailable('be written to: the disk is full');
  const probe = join(incoming, `probe-${randomUUID()}`);
  await writeFile(probe, '');
  await unlink(probe);
}
