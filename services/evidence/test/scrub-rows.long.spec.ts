import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChainLink, linkHashOf } from '../src/domain/chain-link.ts';
import { type Filled, openFilled } from './open-filled.ts';
import type { Sealed } from './open-scrubbed.ts';

let system: Filled['system'];
let north: Sealed[];
let close: Filled['close'];

beforeAll(async () => {
  ({ system, north, close } = await openFilled());
});
afterAll(() => close?.());

describe('the row of a bundle', () => {
  const columns = [
    ['document', `replace(document, 'success', 'failure')`],
    ['digest', `repeat('0', 64)`],
    ['host_id', `'box-2'`],
    ['site_id', `'west-2'`],
    ['bundle_id', `'other'`],
    ['signature', `'AAAA'`],
    ['public_key', `repeat('a', 64)`],
    ['trace_id', `repeat('b', 32)`],
    ['channel', `'upload'`],
    ['recorded_at', `recorded_at - interval '1 day'`],
    ['previous_link_hash', `repeat('1', 64)`],
    ['link_hash', `repeat('2', 64)`],
    ['position', `position + 100`],
    ['outcome', `'failed'`],
    ['order_id', `'ORD-1'`],
    ['check_type', `'other'`],
    ['hipaa_controls', `'[]'`],
    ['timestamp_start', `'2020-01-01T00:00:00Z'`],
  ] as const;
  it.each(columns)('with another %s is named, and nothing besides', async (column, value) => {
    for (const { evidence_id } of [north[2]!, north.at(-1)!]) {
      const sql = `update bundles set ${column} = ${value} where evidence_id = '${evidence_id}'`;
      expect(await system.findAfter(sql)).toEqual([`row-changed bundles/${evidence_id}`]);
    }
  });

  it('that was removed is named, be it the first, in the middle, or the last', async () => {
    for (const { evidence_id } of [north[0]!, north[2]!, ...(await system.sealed('west')).slice(-1)]) {
      const sql = `delete from bundles where evidence_id = '${evidence_id}'`;
      expect(await system.findAfter(sql)).toEqual([`row-missing bundles/${evidence_id}`]);
    }
  });

  it('that waits for its seal is held against its own chain', async () => {
    for (const { evidence_id } of await waiting()) {
      const where = `where evidence_id = '${evidence_id}'`;
      const wrong = [`chain-wrong-hash bundles/${evidence_id}`];
      expect(await system.findAfter(`update bundles set host_id = 'box-2' ${where}`)).toEqual(wrong);
      expect(await system.findAfter(`update bundles set link_hash = repeat('3', 64) ${where}`)).toEqual(wrong);
      expect(await system.findAfter(`update bundles set document = document || ' ' ${where}`)).toEqual([
        `row-changed bundles/${evidence_id}`,
      ]);
    }
  });

  it('that was removed before it was sealed is told by the leaf of its submission', async () => {
    const ids = (await waiting()).map(({ evidence_id }) => evidence_id);
    for (const id of ids)
      expect(await system.findAfter(`delete from bundles where evidence_id = '${id}'`)).toEqual([
        `row-missing bundles/${id}`,
      ]);
    const both = ids.map((id) => `row-missing bundles/${id}`).toSorted();
    expect(await system.findAfter(`delete from bundles where site_id = 'north' and position > 6`)).toEqual(both);
  });

  it('at a place further on in its chain leaves a gap', async () => {
    const last = (await waiting()).at(-1)!;
    const link = { ...last, position: 12, recorded_at: last.recorded_at.toISOString() };
    const hash = linkHashOf(link);
    const moved = `update bundles set position = 12, link_hash = '${hash}' where evidence_id = '${last.evidence_id}'`;
    const head = `update chain_heads set position = 12, link_hash = '${hash}' where site_id = 'north'`;
    expect(await system.findAfter(moved, head)).toEqual(['chain-gap chain/north/8']);
  });

  it('that nobody handed in is named', async () => {
    const id = '01a00000-0000-7000-8000-00000000abcd';
    expect(await system.findAfter(insertCopy(id, 'position + 1000'))).toEqual([`row-unknown bundles/${id}`]);
    const { evidence_id } = north[3]!;
    const seal = `insert into seals select '${id}', 'x/' || key, uri, version_id, sha256, size, retain_until
      from seals where evidence_id = '${evidence_id}'`;
    expect(await system.findAfter(insertCopy(id, 'position + 1000'), seal)).toEqual(
      expect.arrayContaining([`row-unknown seals/${id}`]),
    );
  });

  it('that takes the place of another is a fork', async () => {
    const drop = 'alter table bundles drop constraint bundles_site_id_position_key';
    for (const id of ['01a00000-0000-7000-8000-00000000abcd', 'ffa00000-0000-7000-8000-00000000abcd'])
      expect(await system.findAfter(drop, insertCopy(id, 'position'))).toEqual(['chain-fork chain/north/4']);
  });
});

/** Bundles that are not sealed yet: positions 7 and 8 of north. */
async function waiting() {
  const { rows } = await system.admin.query<Omit<ChainLink, 'recorded_at'> & { recorded_at: Date }>(
    'select bundles.*, position::int from seal_queue join bundles using (evidence_id) order by bundles.position',
  );
  return rows;
}

const bundleColumns = `host_id, order_id, check_type, outcome, hipaa_controls, timestamp_start, timestamp_end, document,
  digest, signature, public_key, channel, principal_id, submitted_at, trace_id`;
/** A row beside the fourth of north. */
const insertCopy = (id: string, position: string): string =>
  `insert into bundles (evidence_id, site_id, bundle_id, ${bundleColumns}, position, previous_link_hash, link_hash, recorded_at)
   select '${id}', site_id, 'planted', ${bundleColumns}, ${position}, previous_link_hash, link_hash, recorded_at
   from bundles where evidence_id = '${north[3]!.evidence_id}'`;

describe('the head of a chain', () => {
  it('that was moved is named', async () => {
    expect(await system.findAfter(`update chain_heads set position = position + 2 where site_id = 'west'`)).toEqual([
      'chain-gap chain/west/7',
    ]);
    const changed = ['row-changed chain_heads/west'];
    expect(await system.findAfter(`update chain_heads set position = 5 where site_id = 'west'`)).toEqual(changed);
    expect(await system.findAfter(`update chain_heads set link_hash = repeat('4', 64) where site_id = 'west'`)).toEqual(
      changed,
    );
  });
});

describe('the row of a seal', () => {
  it.each([
    ['sha256', `repeat('0', 64)`],
    ['key', `key || 'x'`],
    ['version_id', `repeat('0', 64)`],
    ['uri', `uri || 'x'`],
    ['size', 'size + 1'],
    ['retain_until', `retain_until + interval '1 day'`],
    ['retain_until', `retain_until - interval '1 day'`],
  ])('with another %s is named', async (column, value) => {
    const { evidence_id } = north[4]!;
    const sql = `update seals set ${column} = ${value} where evidence_id = '${evidence_id}'`;
    expect(await system.findAfter(sql)).toEqual([`row-changed seals/${evidence_id}`]);
  });

  it('that was removed is named', async () => {
    const { evidence_id } = north[4]!;
    expect(await system.findAfter(`delete from seals where evidence_id = '${evidence_id}'`)).toEqual([
      `row-missing seals/${evidence_id}`,
    ]);
  });
});
