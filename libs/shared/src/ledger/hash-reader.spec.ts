import { describe, expect, it } from 'vitest';
import { sha256 } from '../crypto/index.ts';
import { type HashReader } from './hash-reader.ts';
import { LedgerFrontier } from './ledger-frontier.ts';
import { hashLength, leafHash, nodeHash } from './merkle-hash.ts';
import { proveConsistency } from './prove-consistency.ts';
import { proveInclusion } from './prove-inclusion.ts';
import { treeRoot } from './tree-root.ts';
import { verifyConsistency } from './verify-consistency.ts';
import { verifyInclusion } from './verify-inclusion.ts';

// Of equal leaves every subtree of one height has one hash, so that a tree of any size is at hand.
const byHeight = [leafHash(new Uint8Array(0), sha256)];
for (let height = 0; height < 56; height += 1) byHeight.push(nodeHash(byHeight[height]!, byHeight[height]!, sha256));

function readTreeOf(size: number): HashReader & { reads: string[] } {
  const reads: string[] = [];
  const read = (level: number, index: number, width: number): Promise<Uint8Array> => {
    reads.push(`${level}/${index}`);
    const present = Math.min(256, Math.floor(size / 256 ** level) - index * 256);
    expect(width).toBe(present);
    const tile = new Uint8Array(width * hashLength);
    for (let at = 0; at < width; at += 1) tile.set(byHeight[level * 8]!, at * hashLength);
    return Promise.resolve(tile);
  };
  return { read, reads };
}

describe.each([2 ** 31 - 1, 2 ** 32 + 1, 2 ** 40, 2 ** 40 + 123_456_789, Number.MAX_SAFE_INTEGER])(
  'a tree of %d leaves',
  (size) => {
    const reader = readTreeOf(size);
    const indexes = [0, 255, 256, 2 ** 31 - 2, Math.floor(size / 3), size - 1].filter((index) => index < size);

    it.each(indexes)('proves leaf %d by reading each tile once, and few of them', async (index) => {
      reader.reads.length = 0;
      const proof = await proveInclusion(index, size, reader, sha256);
      expect(new Set(reader.reads).size).toBe(reader.reads.length);
      expect(reader.reads.length).toBeLessThanOrEqual(13);
      const root = await treeRoot(size, reader, sha256);
      const claim = { index, size, leafHash: byHeight[0]!, proof, root };
      expect(verifyInclusion(claim, sha256)).toBe(true);
      expect(verifyInclusion({ ...claim, leafHash: byHeight[1]! }, sha256)).toBe(false);
    });

    it.each([1, 2 ** 31, Math.floor(size / 3), size - 1])('proves that it continues the one of %d', async (from) => {
      const fromRoot = await treeRoot(from, readTreeOf(from), sha256);
      reader.reads.length = 0;
      if (from > size) return;
      const proof = await proveConsistency(from, size, reader, sha256);
      expect(new Set(reader.reads).size).toBe(reader.reads.length);
      expect(reader.reads.length).toBeLessThanOrEqual(13);
      const toRoot = await treeRoot(size, reader, sha256);
      expect(verifyConsistency({ from, to: size, fromRoot, toRoot, proof }, sha256)).toBe(true);
      expect(verifyConsistency({ from, to: size, fromRoot: toRoot, toRoot, proof }, sha256)).toBe(false);
    });

    it('has a frontier of a few tiles with the same root', async () => {
      reader.reads.length = 0;
      const frontier = await LedgerFrontier.at(size, reader, sha256);
      expect(frontier.size).toBe(size);
      expect(reader.reads.length).toBeLessThanOrEqual(7);
      expect(frontier.root()).toEqual(await treeRoot(size, reader, sha256));
    });
  },
);

it('a reader that gives fewer or more bytes than it was asked for is not believed', async () => {
  for (const change of [-32, -1, 1, 32]) {
    const read: HashReader['read'] = (_level, _index, width) => Promise.resolve(new Uint8Array(width * 32 + change));
    const invalid = expect.objectContaining({ code: 'LEDGER.TILE_INVALID', kind: 'invalid' });
    await expect(treeRoot(9, { read }, sha256)).rejects.toThrow(invalid);
    await expect(proveInclusion(3, 9, { read }, sha256)).rejects.toThrow(invalid);
    await expect(LedgerFrontier.at(9, { read }, sha256)).rejects.toThrow(invalid);
  }
});

it('what a reader throws comes out', async () => {
  const read: HashReader['read'] = () => Promise.reject(new Error('no such tile'));
  await expect(proveInclusion(3, 9, { read }, sha256)).rejects.toThrow('no such tile');
});
