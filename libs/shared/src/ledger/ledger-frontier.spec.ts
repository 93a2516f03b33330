import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../crypto/index.ts';
import { type FullTile, LedgerFrontier } from './ledger-frontier.ts';
import { plantTree, someLeafHashes } from './plain-tree.conformance.ts';
import { tileRoot } from './tile.ts';

const sizeOfAll = 66_000;
const tree = plantTree(someLeafHashes(sizeOfAll));

function grow(frontier: LedgerFrontier, to: number): FullTile[] {
  return tree.leafHashes.slice(frontier.size, to).flatMap((hash) => frontier.append(hash));
}

describe('LedgerFrontier', () => {
  it('has the root of RFC 6962 at every size to 700', () => {
    const frontier = new LedgerFrontier(sha256);
    for (let size = 0; size <= 700; size += 1) {
      grow(frontier, size);
      expect(frontier.size).toBe(size);
      expect(frontier.root()).toEqual(tree.root(0, size));
    }
  });

  it.each([65_535, 65_536, 65_537])('has the root of RFC 6962 at %d leaves', (size) => {
    const frontier = new LedgerFrontier(sha256);
    grow(frontier, size);
    expect(frontier.root()).toEqual(tree.root(0, size));
  });

  it('gives every tile once, when it becomes full, lowest level first', async () => {
    const frontier = new LedgerFrontier(sha256);
    const before = grow(frontier, 65_535);
    expect(before.map(({ level, index }) => `${level}/${index}`)).toEqual(
      Array.from({ length: 255 }, (_, index) => `0/${index}`),
    );
    const completed = grow(frontier, 65_536);
    expect(completed.map(({ level, index }) => [level, index])).toEqual([
      [0, 255],
      [1, 0],
    ]);
    expect(grow(frontier, 66_000).map(({ level, index }) => [level, index])).toEqual([[0, 256]]);
    for (const { level, index, hashes, root } of [...before, ...completed]) {
      expect(hashes).toEqual(await tree.reader.read(level, index, 256));
      expect(root).toEqual(tileRoot(hashes, sha256));
    }
  });

  it.each([0, 1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537])(
    'rebuilt at %d leaves it grows as if it had never been away',
    async (size) => {
      const frontier = await LedgerFrontier.at(size, tree.reader, sha256);
      expect(frontier.size).toBe(size);
      expect(frontier.root()).toEqual(tree.root(0, size));
      const stayed = new LedgerFrontier(sha256);
      grow(stayed, size);
      const to = Math.min(size + 600, sizeOfAll);
      expect(grow(frontier, to)).toEqual(grow(stayed, to));
      expect(frontier.root()).toEqual(tree.root(0, to));
    },
  );

  it('may be rebuilt at any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sizeOfAll), async (size) => {
        const frontier = await LedgerFrontier.at(size, tree.reader, sha256);
        expect(frontier.root()).toEqual(tree.root(0, size));
      }),
    );
  });

  it('does not share its memory with the caller', () => {
    const frontier = new LedgerFrontier(sha256);
    const hash = new Uint8Array(tree.leafHashes[0]!);
    frontier.append(hash);
    hash.fill(0);
    frontier.root().fill(0);
    expect(frontier.root()).toEqual(tree.root(0, 1));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('cannot be rebuilt at %d, which is no size', async (size) => {
    await expect(LedgerFrontier.at(size, tree.reader, sha256)).rejects.toThrow(
      expect.objectContaining({ code: 'LEDGER.PROOF_INVALID' }),
    );
  });

  it('refuses a leaf hash of another length', () => {
    const frontier = new LedgerFrontier(sha256);
    for (const length of [0, 31, 33, 64])
      expect(() => frontier.append(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'LEDGER.TILE_INVALID', kind: 'invalid' }),
      );
    expect(frontier.size).toBe(0);
  });
});
