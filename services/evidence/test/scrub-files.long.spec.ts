import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import { encodeEntryBundle } from '@countersign/shared/ledger';
import { batchKeyOf, checkpointKeyOf, dataKeyOf, tileKeyOf } from '../src/domain/ledger-keys.ts';
import { type Filled, openFilled } from './open-filled.ts';
import { flipBit, namesOf, type Sealed } from './open-scrubbed.ts';

let disk: Filled['disk'];
let system: Filled['system'];
let north: Sealed[];
let close: Filled['close'];

beforeAll(async () => {
  ({ disk, system, north, close } = await openFilled());
});
afterAll(() => close?.());

async function whilePlanted<Value>(
  key: string,
  content: string | Uint8Array,
  look: () => Promise<Value>,
): Promise<Value> {
  const path = join(disk.directory, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  try {
    return await look();
  } finally {
    await rm(path);
  }
}

const found = async () => namesOf(await system.scrub());
const versionOf = async (key: string) => (await disk.vault.find(key))!.versionId;

const sizes = async (): Promise<number[]> => {
  const { rows } = await system.admin.query<{ size: string }>('select size from ledger_checkpoints order by size');
  return rows.map(({ size }) => Number(size));
};
const newest = async () => (await sizes()).at(-1)!;

describe('a whole system', () => {
  it('has no fault', async () => {
    const result = await system.scrub();
    expect(namesOf(result)).toEqual([]);
    expect(result.objects).toBeGreaterThan(20);
    expect(await system.findAfter('select 1')).toEqual([]);
  });

  it.each(['north', 'south', 'west'])('has none in the site %s alone', async (site) => {
    expect(namesOf(await system.scrub({ site }))).toEqual([]);
  });
});

describe('a file of the vault', () => {
  it.each([0, 3, 5])('with one bit flipped is named (sealed bundle %i)', async (at) => {
    const { key, version_id } = north[at]!;
    const names = await disk.whileChanged(key, flipBit, found);
    expect(names).toEqual([`object-changed ${key}?versionId=${version_id}`]);
    expect(await disk.whileChanged(key, flipBit, async () => namesOf(await system.scrub({ site: 'north' })))).toEqual(
      names,
    );
    expect(await disk.whileChanged(key, flipBit, async () => namesOf(await system.scrub({ site: 'west' })))).toEqual(
      [],
    );
  });

  it('that was removed is named', async () => {
    const { key, version_id } = north[1]!;
    expect(await disk.whileChanged(key, () => undefined, found)).toEqual([
      `object-missing ${key}?versionId=${version_id}`,
    ]);
  });

  it('that nobody put there is named', async () => {
    const folder = dirname(north[0]!.key);
    const content = JSON.stringify({ evidence_id: '01a00000-0000-7000-8000-000000000001' });
    const planted = (name: string, look = found) => whilePlanted(name, content, look);
    expect(await planted(`${folder}/planted.json`)).toEqual([
      `object-unknown ${folder}/planted.json?versionId=${sha256Hex(content)}`,
    ]);
    for (const name of [
      '_ledger/tile/0/009',
      '_ledger/odd',
      batchKeyOf(7),
      checkpointKeyOf(8),
      dataKeyOf(sha256Hex('x')),
    ])
      expect(await planted(name)).toEqual([`object-unknown ${name}?versionId=${sha256Hex(content)}`]);
    // No vault writes such a name, and none reads it.
    expect(await planted('odd name')).toEqual(['object-unknown odd name']);
  });

  it('that is young is in flight and no fault', async () => {
    const look = async () => namesOf(await system.scrub({ graceMs: 60_000 }));
    expect(await whilePlanted('young.json', 'x', look)).toEqual([]);
  });

  it('that a leader left behind, with the leaves that were sequenced, is no fault', async () => {
    const { rows } = await system.admin.query<{ leaf: string }>(
      'select leaf from ledger_leaves where leaf_index in (1, 2) order by leaf_index',
    );
    const batch = (leaves: string[]) => encodeEntryBundle(leaves.map((leaf) => Buffer.from(leaf, 'utf8')));
    const [one, two] = rows.map(({ leaf }) => leaf) as [string, string];
    expect(await whilePlanted(batchKeyOf(3), batch([one, two]), found)).toEqual([]);
    expect(await whilePlanted(batchKeyOf(3), batch([two, one]), found)).toHaveLength(1);
  });

  it.each([100, 8_000])('of hashes with a bit flipped at %i is named', async (at) => {
    const key = tileKeyOf(0, 0);
    const names = await disk.whileChanged(
      key,
      (bytes) => flipBit(bytes, at),
      async () => [await versionOf(key), ...(await found())],
    );
    expect(names.slice(1)).toEqual([`tile-changed ${key}?versionId=${names[0]}`]);
  });

  it.each([2, 0, 1])('of entries with a bit flipped is named (byte %i)', async (at) => {
    for (const key of [tileKeyOf('entries', 0), batchKeyOf(await newest())]) {
      const flip = (bytes: Buffer) => flipBit(bytes, at);
      const names = await disk.whileChanged(key, flip, async () => [await versionOf(key), ...(await found())]);
      expect(names.slice(1)).toEqual([`entries-changed ${key}?versionId=${names[0]}`]);
    }
  });

  it.each([
    ['tile-missing', tileKeyOf(0, 0)],
    ['object-missing', tileKeyOf('entries', 0)],
  ])('of the ledger that was removed is named: %s', async (kind, key) => {
    expect(await disk.whileChanged(key, () => undefined, found)).toEqual([`${kind} ${key}`]);
  });

  it('of a batch or a checkpoint that was removed is named', async () => {
    for (const size of await sizes()) {
      const batch = batchKeyOf(size);
      expect(await disk.whileChanged(batch, () => undefined, found)).toEqual([`object-missing ${batch}`]);
      const checkpoint = checkpointKeyOf(size);
      expect(await disk.whileChanged(checkpoint, () => undefined, found)).toEqual([`checkpoint-missing ${checkpoint}`]);
    }
  });

  it.each([5, 60, 150])('of a checkpoint with a bit flipped at %i is named', async (at) => {
    for (const size of await sizes()) {
      const key = checkpointKeyOf(size);
      const flip = (bytes: Buffer) => flipBit(bytes, at);
      const names = await disk.whileChanged(key, flip, async () => [await versionOf(key), ...(await found())]);
      expect(names.slice(1)).toEqual([`checkpoint-changed ${key}?versionId=${names[0]}`]);
    }
  });

  it('with the data of a leaf is named when it was changed or removed', async () => {
    const { rows } = await system.admin.query<{ data: string }>(
      'select data from ledger_leaves where data is not null',
    );
    const key = dataKeyOf(sha256Hex(rows[0]!.data));
    expect(await disk.whileChanged(key, () => undefined, found)).toEqual([`object-missing ${key}`]);
    const names = await disk.whileChanged(key, flipBit, async () => [await versionOf(key), ...(await found())]);
    expect(names.slice(1)).toEqual([`object-changed ${key}?versionId=${names[0]}`]);
  });
});
