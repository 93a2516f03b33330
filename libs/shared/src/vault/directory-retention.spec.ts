import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { anObject, collect, retainUntil } from './objects.conformance.ts';
import { openVault } from './open-vault.ts';
import { type StoredObject, type Vault } from './vault.ts';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

const until = new Date(retainUntil.getTime() + 60_000);
const changed = { mode: 'write-once', retainUntil: until, legalHold: true };

describe('retention in a directory vault', () => {
  let directory: string;
  let vault: Vault;
  let stored: StoredObject;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'countersign-vault-'));
    made.push(directory);
    vault = await openVault({ directory });
    stored = await vault.put(anObject());
    await vault.extendRetention(stored.key, stored.versionId, until);
    await vault.setLegalHold(stored.key, stored.versionId, true);
  });
  const read = (one: Vault): Promise<unknown> => one.getRetention(stored.key, stored.versionId);
  const journal = (): string => join(directory, '.retention', stored.key);

  it('is still there when the vault is opened again, or is copied', async () => {
    expect(await read(await openVault({ directory }))).toEqual(changed);
    const copy = `${directory}-copy`;
    made.push(copy);
    await cp(directory, copy, { recursive: true, preserveTimestamps: true });
    expect(await read(await openVault({ directory: copy }))).toEqual(changed);
  });

  it('keeps every change that was made, each with its time', async () => {
    await vault.setLegalHold(stored.key, stored.versionId, false);
    const lines = (await readFile(journal(), 'utf8')).split('\n').filter((line) => line !== '');
    const at = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { at, retain_until: until.toISOString() },
      { at, legal_hold: true },
      { at, legal_hold: false },
    ]);
  });

  it('does not go back by an earlier end that another process wrote later', async () => {
    await appendFile(journal(), `{"at":"","retain_until":"${retainUntil.toISOString()}"}\n`);
    expect(await read(vault)).toEqual(changed);
  });

  it('is not confused by a line that a crash tore, and neither is the next change', async () => {
    await appendFile(journal(), '{"at":"2026-01-01T00:00:00.000Z","legal_h');
    expect(await read(vault)).toEqual(changed);
    await vault.setLegalHold(stored.key, stored.versionId, false);
    expect(await read(vault)).toEqual({ ...changed, legalHold: false });
  });

  it('is no object: its journal is in no list', async () => {
    expect(await collect(vault.listKeys(''))).toEqual([stored.key]);
    expect((await collect(vault.list(''))).map(({ key }) => key)).toEqual([stored.key]);
  });
});
