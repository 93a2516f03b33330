import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Filled, openFilled } from './open-filled.ts';
import type { Sealed } from './open-scrubbed.ts';

let system: Filled['system'];
let north: Sealed[];
let close: Filled['close'];

beforeAll(async () => {
  ({ system, north, close } = await openFilled());
});
afterAll(() => close?.());

/** The leaf that tells of a seal. */
async function leafOf({ evidence_id }: Sealed): Promise<number> {
  const { rows } = await system.admin.query<{ leaf_index: string }>(
    'select leaf_index from ledger_leaves where event_id = $1',
    [`recorded:${evidence_id}`],
  );
  return Number(rows[0]!.leaf_index);
}

const sizes = async (): Promise<number[]> => {
  const { rows } = await system.admin.query<{ size: string }>('select size from ledger_checkpoints order by size');
  return rows.map(({ size }) => Number(size));
};

describe('a leaf', () => {
  const places = () => system.reader.size().then((size) => [0, 100, 255, 256, size - 1]);
  it.each([
    ['leaf', `overlay(leaf placing '!' from 30)`],
    ['leaf_hash', `decode(repeat('00', 32), 'hex')`],
    ['event_id', `event_id || 'x'`],
    ['source', `'/elsewhere'`],
    ['type', `'orders.issued.v1'`],
    ['site_id', `'elsewhere'`],
    ['time', `time + interval '1 s'`],
    ['trace_id', `repeat('c', 32)`],
    ['data', `'{}'`],
  ])('whose %s was changed is named', async (column, value) => {
    for (const index of await places()) {
      const sql = `update ledger_leaves set ${column} = ${value} where leaf_index = ${index}`;
      expect(await system.findAfter(sql)).toEqual([`leaf-changed ledger_leaves/${index}`]);
    }
  });

  it('that was rewritten with its hash is named: the vault and the signed roots have the other', async () => {
    for (const index of await places()) {
      const leaf = `overlay(leaf placing '!' from 30)`;
      const sql = `update ledger_leaves set leaf = ${leaf}, leaf_hash = sha256('\\x00'::bytea || convert_to(${leaf}, 'UTF8'))
        where leaf_index = ${index}`;
      expect(await system.findAfter(sql)).toEqual([`leaf-changed ledger_leaves/${index}`]);
    }
  });

  it('that tells of a seal and was changed does not blame the seal', async () => {
    const index = await leafOf(north[2]!);
    for (const change of [`leaf = replace(leaf, 'box-1', 'box-2')`, `event_id = 'gone'`])
      expect(await system.findAfter(`update ledger_leaves set ${change} where leaf_index = ${index}`)).toEqual([
        `leaf-changed ledger_leaves/${index}`,
      ]);
  });

  it('that was removed is named, be it the first, in the middle or the last', async () => {
    for (const index of [...(await places()), await leafOf(north[2]!)])
      expect(await system.findAfter(`delete from ledger_leaves where leaf_index = ${index}`)).toEqual([
        `leaf-missing ledger_leaves/${index}`,
      ]);
  });

  it('at a place that was not given is named', async () => {
    const size = await system.reader.size();
    const sql = `insert into ledger_leaves (leaf_index, event_id, source, type, site_id, time, leaf, leaf_hash)
      select ${size}, 'planted', source, type, site_id, time, leaf, leaf_hash from ledger_leaves where leaf_index = 3`;
    expect(await system.findAfter(sql)).toEqual([`row-unknown ledger_leaves/${size}`]);
  });
});

describe('the row of a tile', () => {
  it.each([
    [`hashes = set_byte(hashes, 70, get_byte(hashes, 70) # 1)`, 'tile-changed'],
    [`root = set_byte(root, 7, get_byte(root, 7) # 1)`, 'tile-changed'],
  ])('with %s is named', async (change, kind) => {
    expect(await system.findAfter(`update ledger_tiles set ${change}`)).toEqual([`${kind} ledger_tiles/0/0`]);
  });

  it('that was removed is named', async () => {
    expect(await system.findAfter('delete from ledger_tiles')).toEqual(['tile-missing ledger_tiles/0/0']);
  });
});

describe('the row of a checkpoint', () => {
  it.each([
    `root = set_byte(root, 7, get_byte(root, 7) # 1)`,
    `note = overlay(note placing '!' from 60)`,
    `note = overlay(note placing 'x' from 3)`,
    `version_id = 'another'`,
  ])('with %s is named', async (change) => {
    for (const size of await sizes())
      expect(await system.findAfter(`update ledger_checkpoints set ${change} where size = ${size}`)).toEqual([
        `checkpoint-changed ledger_checkpoints/${size}`,
      ]);
  });

  it('that was removed is named', async () => {
    for (const size of await sizes())
      expect(await system.findAfter(`delete from ledger_checkpoints where size = ${size}`)).toEqual([
        `checkpoint-missing ledger_checkpoints/${size}`,
      ]);
  });
});

describe('the head of the ledger', () => {
  it('that was set back is named', async () => {
    expect(await system.findAfter('update ledger_head set size = 3')).toEqual(['row-changed ledger_head']);
  });
});
