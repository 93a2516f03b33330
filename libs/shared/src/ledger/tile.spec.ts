import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../crypto/index.ts';
import { decodeEntryBundle, encodeEntryBundle, maxEntryBytes } from './entry-bundle.ts';
import { plantTree, someLeafHashes } from './plain-tree.conformance.ts';
import { tileRoot, tileWidthAt } from './tile.ts';
import { parseTilePath, tilePath } from './tile-path.ts';

const invalid = expect.objectContaining({ code: 'LEDGER.TILE_INVALID', kind: 'invalid' });

describe('a tile path', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 67, 5, 'tile/0/067.p/5'],
    [0, 999, 256, 'tile/0/999'],
    [1, 1_000, 256, 'tile/1/x001/000'],
    // The example of C2SP tlog-tiles.
    [0, 1_234_067, 256, 'tile/0/x001/x234/067'],
    ['entries', 1_234_067, 255, 'tile/entries/x001/x234/067.p/255'],
    [63, 0, 1, 'tile/63/000.p/1'],
    [0, Number.MAX_SAFE_INTEGER, 256, 'tile/0/x009/x007/x199/x254/x740/991'],
  ] as const)('of level %s, index %d, width %d is %s', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
    expect(parseTilePath(path)).toEqual({ level, index, width });
  });

  it('is read back for whatever tile', () => {
    const level = fc.oneof(fc.nat(63), fc.constant('entries' as const));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (name, index, width) => {
        expect(parseTilePath(tilePath(name, index, width))).toEqual({ level: name, index, width });
      }),
    );
  });

  it.each([
    '',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile//000',
    'tile/Entries/000',
    'tile/0/x000/001',
    'tile/0/001/067',
    'tile/0/x001/x067',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/05',
    'tile/0/000.p/',
    'tile/0/000.p/5/',
    'tile/0/000/',
    'tile/0/000\n',
    ' tile/0/000',
    '/tile/0/000',
    'tile/0/../000',
    'tile/0/x010/x000/x000/x000/x000/000',
    `tile/0/${'x001/'.repeat(100_000)}000`,
  ])('is not %.60s', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it.each([
    [-1, 0, 256],
    [64, 0, 256],
    [0.5, 0, 256],
    [0, -1, 256],
    [0, 2 ** 53, 256],
    [0, 0, 0],
    [0, 0, 257],
    [0, 0, 1.5],
  ])('does not exist for level %d, index %d, width %d', (level, index, width) => {
    expect(() => tilePath(level, index, width)).toThrow(invalid);
  });
});

describe('a tile', () => {
  it('is as wide as C2SP tlog-tiles says of a tree of 70,000', () => {
    expect([tileWidthAt(0, 272, 70_000), tileWidthAt(0, 273, 70_000), tileWidthAt(0, 274, 70_000)]).toEqual([
      256, 112, 0,
    ]);
    expect([tileWidthAt(1, 0, 70_000), tileWidthAt(1, 1, 70_000), tileWidthAt(2, 0, 70_000)]).toEqual([256, 17, 1]);
    expect([tileWidthAt(0, 0, 256), tileWidthAt(0, 1, 256), tileWidthAt(1, 0, 256)]).toEqual([256, 0, 1]);
  });

  it('has the Merkle Tree Hash of its hashes above it', () => {
    const tree = plantTree(someLeafHashes(256));
    expect(tileRoot(new Uint8Array(Buffer.concat(tree.leafHashes)), sha256)).toEqual(tree.root(0, 256));
  });

  it.each([0, 32, 8_160, 8_191, 8_193, 16_384])('of %d bytes is not full, and nothing is above it', (length) => {
    expect(() => tileRoot(new Uint8Array(length), sha256)).toThrow(invalid);
  });
});

describe('an entry bundle', () => {
  it('is each entry behind its length in two bytes', () => {
    const entries = [Uint8Array.of(7), new Uint8Array(0), new Uint8Array(258).fill(9)];
    const bundle = encodeEntryBundle(entries);
    expect([...bundle.subarray(0, 8)]).toEqual([0, 1, 7, 0, 0, 1, 2, 9]);
    expect(bundle.length).toBe(3 + 2 + 260);
    expect(decodeEntryBundle(bundle)).toEqual(entries);
  });

  it('gives back whatever was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual(entries);
      }),
    );
  });

  it('takes an entry of 65,535 bytes and none of one more', () => {
    const longest = new Uint8Array(maxEntryBytes).fill(1);
    expect(decodeEntryBundle(encodeEntryBundle([longest, longest]))).toEqual([longest, longest]);
    expect(() => encodeEntryBundle([new Uint8Array(maxEntryBytes + 1)])).toThrow(invalid);
  });

  it('is refused wherever it is cut within an entry', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    for (let length = 0; length <= bundle.length; length += 1) {
      const cut = bundle.subarray(0, length);
      if ([0, 4, 7].includes(length)) expect(decodeEntryBundle(cut).length).toBe([0, 4, 7].indexOf(length));
      else expect(() => decodeEntryBundle(cut)).toThrow(invalid);
    }
    expect(() => decodeEntryBundle(Uint8Array.of(255, 255, 1))).toThrow(invalid);
  });
});
