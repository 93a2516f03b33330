import { hash, randomBytes } from 'node:crypto';
import { type Stats } from 'node:fs';
import { access, type FileHandle, link, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Folders, ignore, isCode } from './directory-folders.ts';
import { type RetentionJournal } from './directory-retention.ts';
import { objectExists, readBackMismatch } from './vault-errors.ts';
import { type StoredObject, type VaultObject } from './vault.ts';

/** Throws when the vault itself is gone, for a lost disk must not look like an empty vault. */
export const assertPresent = (root: string): Promise<void> => access(join(root, incomingFolder));

/** Where a file is written before it gets its name: in the vault, for a link does not cross file systems. */
export const incomingFolder = '.incoming';

export interface DirectoryFiles {
  put(object: VaultObject): Promise<StoredObject>;
  /** The object as it is on the disk; its retention is the one that it was put with. */
  read(key: string): Promise<{ object: StoredObject; bytes: Buffer } | undefined>;
  /** The same, with its retention as of now. */
  find(key: string): Promise<{ object: StoredObject; bytes: Buffer; legalHold: boolean } | undefined>;
}

export function createDirectoryFiles(root: string, folders: Folders, journal: RetentionJournal): DirectoryFiles {
  const tempPrefix = join(root, incomingFolder, `${process.pid}-${randomBytes(8).toString('hex')}-`);
  let temps = 0;

  async function put(object: VaultObject): Promise<StoredObject> {
    const path = join(root, object.key);
    const folder = dirname(path);
    const temp = tempPrefix + (temps += 1);
    try {
      const storedAt = await writeDurably(temp, object);
      await folders.ensure(folder);
      const isNew = await linkUnlessTaken(temp, path);
      // Also when the name was there: whoever made it may not have synced it yet.
      await folders.sync(folder);
      if (isNew) return describe(object.key, object.bytes, object.retainUntil, storedAt);
    } catch (error) {
      // A file stands where the key wants a folder.
      if (isCode(error, 'ENOTDIR')) throw objectExists(object.key);
      // A folder that was there went away: the next try makes it again.
      folders.forget();
      throw error;
    } finally {
      await unlink(temp).catch(ignore('ENOENT'));
    }
    const there = await find(object.key);
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
      return { object: describe(key, bytes, new Date(Math.round(status.mtimeMs)), birthOf(status)), bytes };
    } finally {
      await handle.close();
    }
  }

  async function find(key: string): Promise<{ object: StoredObject; bytes: Buffer; legalHold: boolean } | undefined> {
    const there = await read(key);
    if (there === undefined) return undefined;
    const { retainUntil, legalHold } = await journal.read(key);
    const { object, bytes } = there;
    const isExtended = retainUntil !== undefined && retainUntil > object.retainUntil;
    return { object: isExtended ? { ...object, retainUntil } : object, bytes, legalHold };
  }

  return { put, read, find };
}

/** Not every file system knows when a file was made; then it is when its links or times were last set. */
const birthOf = ({ birthtimeMs, ctimeMs }: Stats): Date => new Date(birthtimeMs > 0 ? birthtimeMs : ctimeMs);

/** Writes, locks, syncs and reads back a file that has no name yet that anyone would look for. When it was synced. */
async function writeDurably(temp: string, object: VaultObject): Promise<Date> {
  const { bytes, retainUntil } = object;
  const handle = await open(temp, 'wx+', 0o444);
  try {
    for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
    await handle.utimes(retainUntil, retainUntil);
    await handle.sync();
    const storedAt = new Date();
    // One byte more than was written: a longer file would show.
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes.length + 1), 0, bytes.length + 1, 0);
    if (!buffer.subarray(0, bytesRead).equals(bytes)) throw readBackMismatch(object.key, 'the bytes differ');
    const { mtimeMs } = await handle.stat();
    if (Math.round(mtimeMs) !== retainUntil.getTime())
      throw readBackMismatch(object.key, 'the end of the retention differs');
    return storedAt;
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

function describe(key: string, bytes: Uint8Array, retainUntil: Date, storedAt: Date): StoredObject {
  const sha256 = hash('sha256', bytes, 'hex');
  const uri = `vault://${key}?versionId=${sha256}`;
  return { key, versionId: sha256, sha256, size: bytes.length, uri, retainUntil, storedAt };
}
