import { hash, randomBytes } from 'node:crypto';
import { access, type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFolderSync } from './sync-folder.ts';
import { objectExists, readBackMismatch } from './vault-errors.ts';
import { type StoredObject, type VaultObject } from './vault.ts';

/** Throws when the vault itself is gone, for a lost disk must not look like an empty vault. */
export const assertPresent = (root: string): Promise<void> => access(join(root, incomingFolder));

/** Where a file is written before it gets its name: in the vault, for a link does not cross file systems. */
export const incomingFolder = '.incoming';
const maxKnownFolders = 10_000;

export interface DirectoryFiles {
  put(object: VaultObject): Promise<StoredObject>;
  read(key: string): Promise<{ object: StoredObject; bytes: Buffer } | undefined>;
}

export function createDirectoryFiles(root: string): DirectoryFiles {
  const syncFolder = createFolderSync();
  const folders = createFolders(root, syncFolder);
  const tempPrefix = join(root, incomingFolder, `${process.pid}-${randomBytes(8).toString('hex')}-`);
  let temps = 0;

  async function put(object: VaultObject): Promise<StoredObject> {
    const path = join(root, object.key);
    const folder = dirname(path);
    const temp = tempPrefix + (temps += 1);
    try {
      await writeDurably(temp, object);
      await folders.ensure(folder);
      const isNew = await linkUnlessTaken(temp, path);
      // Also when the name was there: whoever made it may not have synced it yet.
      await syncFolder(folder);
      if (isNew) return describe(object.key, object.bytes, object.retainUntil);
    } catch (error) {
      // A file stands where the key wants a folder.
      if (isCode(error, 'ENOTDIR')) throw objectExists(object.key);
      // A folder that was there went away: the next try makes it again.
      folders.forget();
      throw error;
    } finally {
      await unlink(temp).catch(ignore('ENOENT'));
    }
    const there = await read(object.key);
    if (there === undefined || !there.bytes.equals(object.bytes)) throw objectExists(object.key);
    return there.object;
  }

  async function read(key: string): Promise<{ object: StoredObject; bytes: Buffer } | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(join(root, key), 'r');
    } catch (error) {
      if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error;
      await assertPresent(root);
      return undefined;
    }
    try {
      const status = await handle.stat();
      if (!status.isFile()) return undefined;
      const bytes = await handle.readFile();
      return { object: describe(key, bytes, new Date(Math.round(status.mtimeMs))), bytes };
    } finally {
      await handle.close();
    }
  }

  return { put, read };
}

/** Writes, locks, syncs and reads back a file that has no name yet that anyone would look for. */
async function writeDurably(temp: string, object: VaultObject): Promise<void> {
  const { bytes, retainUntil } = object;
  const handle = await open(temp, 'wx+', 0o444);
  try {
    for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
    await handle.utimes(retainUntil, retainUntil);
    await handle.sync();
    // One byte more than was written: a longer file would show.
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes.length + 1), 0, bytes.length + 1, 0);
    if (!buffer.subarray(0, bytesRead).equals(bytes)) throw readBackMismatch(object.key, 'the bytes differ');
    const { mtimeMs } = await handle.stat();
    if (Math.round(mtimeMs) !== retainUntil.getTime())
      throw readBackMismatch(object.key, 'the end of the retention differs');
  } finally {
    await handle.close();
  }
}

/** A hard link never replaces a name that is there: of two writers one gets it. */
async function linkUnlessTaken(temp: string, path: string): Promise<boolean> {
  try {
    await link(temp, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

interface Folders {
  ensure(folder: string): Promise<void>;
  forget(): void;
}

/** Makes a folder of the vault, durable up to the root, once in the life of the process. */
function createFolders(root: string, syncFolder: (folder: string) => Promise<void>): Folders {
  const known = new Map<string, Promise<void>>();

  async function make(folder: string): Promise<void> {
    const parent = dirname(folder);
    await ensure(parent);
    await mkdir(folder).catch(ignore('EEXIST'));
    await syncFolder(parent);
  }

  function ensure(folder: string): Promise<void> {
    if (folder === root) return Promise.resolve();
    const before = known.get(folder);
    if (before !== undefined) return before;
    if (known.size >= maxKnownFolders) known.clear();
    const making = make(folder);
    known.set(folder, making);
    making.catch(() => known.delete(folder));
    return making;
  }

  return { ensure, forget: () => known.clear() };
}

const isCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

const ignore =
  (code: string) =>
  (error: unknown): void => {
    if (!isCode(error, code)) throw error;
  };

function describe(key: string, bytes: Uint8Array, retainUntil: Date): StoredObject {
  const sha256 = hash('sha256', bytes, 'hex');
  return { key, versionId: sha256, sha256, size: bytes.length, uri: `vault://${key}?versionId=${sha256}`, retainUntil };
}
