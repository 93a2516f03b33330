import { execFileSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openVault } from './open-vault.ts';
import { anObject, collect, failsWith, retainUntil, sameAs } from './objects.conformance.ts';
import { describeVault } from './vault.conformance.ts';
import { type Vault } from './vault.ts';

const made: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-vault-'));
  made.push(folder);
  return folder;
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

describeVault('directory', {
  openEmpty: async () => openVault({ directory: await newFolder() }),
  async openAndTakeDown() {
    const directory = await newFolder();
    const vault = await openVault({ directory, timeoutMs: 1000 });
    // An unmounted disk: the folder is gone, and must not be made again in its place.
    await rename(directory, `${directory}-gone`);
    made.push(`${directory}-gone`);
    return vault;
  },
  downWithinMs: 1500,
});

describe('the directory vault', () => {
  async function openFresh(): Promise<{ directory: string; vault: Vault }> {
    const directory = await newFolder();
    return { directory, vault: await openVault({ directory }) };
  }

  it('keeps each object as a read-only file of exactly its bytes, its time the end of the retention', async () => {
    const { directory, vault } = await openFresh();
    const object = anObject();
    const { versionId, sha256 } = await vault.put(object);
    const path = join(directory, object.key);
    const status = await stat(path);
    expect((await readFile(path)).equals(object.bytes)).toBe(true);
    expect(status.mode & 0o777).toBe(0o444);
    expect(Math.round(status.mtimeMs)).toBe(retainUntil.getTime());
    expect(status.nlink).toBe(1);
    expect(versionId).toBe(sha256);
  });

  it('is still complete when it is opened again', async () => {
    const { directory, vault } = await openFresh();
    const stored = await vault.put(anObject());
    const again = await openVault({ directory });
    expect(await collect(again.list(''))).toEqual([sameAs(stored)]);
  });

  it('leaves nothing behind in its folder for files under way, whatever the outcome', async () => {
    const { directory, vault } = await openFresh();
    const object = anObject();
    await vault.put(object);
    await vault.put(object);
    await expect(vault.put(anObject({ key: object.key }))).rejects.toThrow('other bytes');
    await vault.check();
    expect(await readdir(join(directory, '.incoming'))).toEqual([]);
  });

  it('sweeps at the start what a crash left, but not what a sibling may be writing', async () => {
    const { directory } = await openFresh();
    await writeFile(join(directory, '.incoming', 'fresh'), 'x');
    await openVault({ directory });
    expect(await readdir(join(directory, '.incoming'))).toEqual(['fresh']);
  });

  it('does not list a file that never got its name', async () => {
    const { directory, vault } = await openFresh();
    await writeFile(join(directory, '.incoming', '1-2'), 'half an obj');
    expect(await collect(vault.list(''))).toEqual([]);
  });

  it('never replaces a file that two vaults on the same folder write at once', async () => {
    const { directory, vault } = await openFresh();
    const sibling = await openVault({ directory });
    const { key } = anObject();
    const outcomes = await Promise.allSettled(
      [vault, sibling, vault, sibling].map((one) => one.put(anObject({ key }))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('notices a bit that flipped on the disk: the version is not there any more', async () => {
    const { directory, vault } = await openFresh();
    const object = anObject();
    const { versionId } = await vault.put(object);
    const path = join(directory, object.key);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(7) ^ 1, 7);
    await rm(path);
    await writeFile(path, bytes);
    await expect(vault.get(object.key, versionId)).rejects.toEqual(failsWith('VAULT.OBJECT_NOT_FOUND', 'not-found'));
    expect((await vault.find(object.key))?.versionId).not.toBe(versionId);
    await expect(vault.put(object)).rejects.toEqual(failsWith('VAULT.OBJECT_EXISTS', 'conflict'));
  });

  it('refuses a key that needs a folder where a file stands, and one whose name is a folder', async () => {
    const { vault } = await openFresh();
    await vault.put(anObject({ key: 'a/b' }));
    for (const key of ['a/b/c', 'a']) {
      await expect(vault.put(anObject({ key }))).rejects.toEqual(failsWith('VAULT.OBJECT_EXISTS', 'conflict'));
      expect(await vault.find(key)).toBeUndefined();
    }
  });

  it('makes a folder again that somebody removed', async () => {
    const { directory, vault } = await openFresh();
    await vault.put(anObject({ key: 'site/a' }));
    await rm(join(directory, 'site'), { recursive: true });
    await expect(vault.put(anObject({ key: 'site/b' }))).rejects.toEqual(failsWith('VAULT.UNAVAILABLE', 'unavailable'));
    expect((await vault.put(anObject({ key: 'site/b' }))).key).toBe('site/b');
  });

  it('keeps to its time limit when the disk does not answer', async () => {
    const directory = await newFolder();
    const vault = await openVault({ directory, timeoutMs: 200 });
    // Opening a pipe blocks until somebody writes to it, as a network mount does whose server is gone.
    execFileSync('mkfifo', [join(directory, 'hung')]);
    try {
      await expect(vault.find('hung')).rejects.toEqual(failsWith('VAULT.UNAVAILABLE', 'unavailable'));
    } finally {
      await (await open(join(directory, 'hung'), 'w')).close();
    }
  });

  it('does not follow a link out of the vault when it lists', async () => {
    const { directory, vault } = await openFresh();
    const outside = await newFolder();
    await writeFile(join(outside, 'secret'), 'x');
    await symlink(outside, join(directory, 'site'));
    expect(await collect(vault.list(''))).toEqual([]);
  });

  it('sees the retention again after the file was copied back with its time', async () => {
    const { directory, vault } = await openFresh();
    const stored = await vault.put(anObject({ key: 'a' }));
    const path = join(directory, 'a');
    const bytes = await readFile(path);
    await rm(path);
    await writeFile(path, bytes);
    await utimes(path, retainUntil, retainUntil);
    expect(await vault.find('a')).toEqual(sameAs(stored));
  });

  it('refuses to open a path that is no folder', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'sub'));
    await expect(openVault({ directory: join(folder, 'file') })).rejects.toEqual(
      failsWith('VAULT.UNAVAILABLE', 'unavailable'),
    );
    await expect(openVault({ directory: join(folder, 'sub', 'new') })).resolves.toBeDefined();
  });
});

describe('openVault', () => {
  it('refuses settings that name no vault', async () => {
    await expect(openVault({} as never)).rejects.toEqual(failsWith('VAULT.NOT_CONFIGURED', 'invalid'));
  });
});
