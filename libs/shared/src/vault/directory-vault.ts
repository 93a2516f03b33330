import { randomUUID } from 'node:crypto';
import { mkdir, readdir, stat, statfs, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertPresent, createDirectoryFiles, incomingFolder } from './directory-files.ts';
import { createFolders } from './directory-folders.ts';
import { createRetentionJournal } from './directory-retention.ts';
import { walkFiles } from './directory-walk.ts';
import { assertKeyPrefix, assertObjectKey } from './object-key.ts';
import { createFolderSync } from './sync-folder.ts';
import { within } from './time-limit.ts';
import { objectNotFound, retentionShortened, vaultUnavailable } from './vault-errors.ts';
import { type Retention, type Vault } from './vault.ts';

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
 * retention (the convention of NetApp SnapLock), so that `ls -l` shows it and a restore with `cp -p` keeps it. Later
 * extensions and legal holds stand in a journal beside it (`.retention/<key>`).
 *
 * It holds against every program that goes through it and against accidents. It does not hold against whoever owns
 * the disk: for that take a store with Object Lock.
 */
export async function openDirectoryVault(settings: DirectoryVaultSettings): Promise<Vault> {
  const { directory: root, timeoutMs = 10_000 } = settings;
  const incoming = join(root, incomingFolder);
  await within(timeoutMs, 'open its directory', prepare(incoming));
  const folders = createFolders(root, createFolderSync());
  const journal = createRetentionJournal(root, folders);
  const files = createDirectoryFiles(root, folders, journal);
  const limit = <Value>(step: Promise<Value>): Promise<Value> => within(timeoutMs, 'list its objects', step);

  async function readRetention(key: string, versionId: string): Promise<Retention> {
    const found = await files.find(key);
    if (found?.object.versionId !== versionId) throw objectNotFound(key, versionId);
    return { mode: 'write-once', retainUntil: found.object.retainUntil, legalHold: found.legalHold };
  }

  async function extend(key: string, versionId: string, until: Date): Promise<Retention> {
    const before = await readRetention(key, versionId);
    if (until < before.retainUntil) throw retentionShortened(key, before.retainUntil);
    if (until.getTime() === before.retainUntil.getTime()) return before;
    await journal.extend(key, until);
    return readRetention(key, versionId);
  }

  async function hold(key: string, versionId: string, on: boolean): Promise<Retention> {
    const before = await readRetention(key, versionId);
    if (before.legalHold === on) return before;
    await journal.setLegalHold(key, on);
    return readRetention(key, versionId);
  }

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
      return (await within(timeoutMs, 'find an object', files.find(key)))?.object;
    },
    async *list(prefix) {
      assertKeyPrefix(prefix);
      await limit(assertPresent(root));
      for await (const key of walkFiles(root, prefix, { limit })) {
        const found = await within(timeoutMs, 'read an object', files.find(key));
        if (found !== undefined) yield found.object;
      }
    },
    async *listKeys(prefix, { after = '', limit: most = Infinity } = {}) {
      assertKeyPrefix(prefix);
      assertKeyPrefix(after);
      await limit(assertPresent(root));
      let left = most;
      for await (const key of walkFiles(root, prefix, { after, limit })) {
        if (left <= 0) return;
        left -= 1;
        yield key;
      }
    },
    async versions(key) {
      assertObjectKey(key);
      const found = await within(timeoutMs, 'find an object', files.read(key));
      if (found === undefined) return [];
      const { versionId, size, storedAt } = found.object;
      return [{ versionId, isDeleteMarker: false, isLatest: true, size, lastModified: storedAt }];
    },
    async getRetention(key, versionId) {
      assertObjectKey(key);
      return within(timeoutMs, 'read the retention of an object', readRetention(key, versionId));
    },
    async extendRetention(key, versionId, until) {
      assertObjectKey(key);
      return within(timeoutMs, 'extend the retention of an object', extend(key, versionId, until));
    },
    async setLegalHold(key, versionId, on) {
      assertObjectKey(key);
      return within(timeoutMs, 'set the legal hold of an object', hold(key, versionId, on));
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
