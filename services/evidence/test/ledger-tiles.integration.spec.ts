import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '@countersign/shared/crypto';
import { decodeEntryBundle, leafHash, tileRoot } from '@countersign/shared/ledger';
import { createReadEntries } from '../src/features/read-entries/read-entries.handler.ts';
import { createReadTile } from '../src/features/read-tile/read-tile.handler.ts';
import { TileReader } from '../src/persistence/tile-reader.ts';
import { openLedger, type OpenLedger } from './open-ledger.ts';

/** Enough for a full tile of tiles: level 1 is full, level 2 is not. */
const size = 66_000;
let ledger: OpenLedger;

beforeAll(async () => {
  ledger = await openLedger();
  await ledger.append(700);
  await ledger.append(1_000, { data: { text: 'x'.repeat(3_000) } });
  for (let left = size - 1_700; left > 0; left -= 4_000) await ledger.append(Math.min(left, 4_000));
  const { publisher } = ledger.start();
  await ledger.covers(size);
  await publisher.stop();
  await ledger.append(300);
}, 120_000);

afterAll(() => ledger?.close());

const readTile = (level: number, index: number, width: number) =>
  createReadTile(ledger.reader, new TileReader(ledger.evidence.pool))([{ level, index, width }]);

async function readEntries(index: number, width: number): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of createReadEntries(ledger.reader)({ index, width })) pieces.push(piece);
  return pieces;
}

describe('tiles', () => {
  it('are served as far as the head covers them: full ones, and partial ones up to their width', async () => {
    for (const [level, index, width] of [
      [0, 0, 256],
      [0, 0, 1],
      [0, 256, 256],
      [0, 257, 208],
      [1, 0, 256],
      [1, 1, 1],
      [2, 0, 1],
    ] as [number, number, number][]) {
      const [answer] = (await readTile(level, index, width)) as { bytes: string }[];
      expect(Buffer.from(answer!.bytes, 'base64')).toHaveLength(width * 32);
    }
    const [below, above] = (await Promise.all([readTile(1, 0, 256), readTile(2, 0, 1)])).map(([answer]) =>
      Buffer.from((answer as { bytes: string }).bytes, 'base64'),
    );
    expect(Buffer.from(tileRoot(below!, sha256)).equals(above!)).toBe(true);
  });

  it('beyond the head do not exist, though their leaves are there already', async () => {
    const foreign: [number, number, number][] = [
      [0, 257, 209],
      [0, 257, 256],
      [0, 258, 1],
      [1, 1, 2],
      [2, 0, 2],
      [3, 0, 1],
      [63, 0, 1],
      [0, Number.MAX_SAFE_INTEGER, 256],
    ];
    for (const [level, index, width] of foreign)
      expect(await readTile(level, index, width)).toMatchObject([{ code: 'LEDGER.NOT_FOUND', kind: 'not-found' }]);
  });
});

describe('entries', () => {
  it('are the leaves in their order, in pieces of at most 256 KiB', async () => {
    const pieces = await readEntries(3, 256);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1024);
    expect(pieces.length).toBeGreaterThan(2);
    const entries = pieces.flatMap((piece) => decodeEntryBundle(piece));
    const [tile] = (await readTile(0, 3, 256)) as { bytes: string }[];
    expect(Buffer.concat(entries.map((entry) => leafHash(entry, sha256))).toString('base64')).toBe(tile!.bytes);
    expect((await readEntries(257, 208)).flatMap((piece) => decodeEntryBundle(piece))).toHaveLength(208);
  });

  it('beyond the head do not exist: nothing comes before the refusal', async () => {
    for (const [index, width] of [
      [257, 209],
      [258, 1],
      [Number.MAX_SAFE_INTEGER, 256],
    ] as [number, number][])
      await expect(readEntries(index, width)).rejects.toMatchObject({ code: 'LEDGER.NOT_FOUND' });
  });
});
