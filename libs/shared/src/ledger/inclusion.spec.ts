import { describe, expect, it } from 'vitest';
import { sha256 } from '../crypto/index.ts';
import { plantTree, someLeafHashes, withOneBitFlipped } from './plain-tree.conformance.ts';
import { proveInclusion } from './prove-inclusion.ts';
import { treeRoot } from './tree-root.ts';
import { rootFromInclusion, verifyInclusion } from './verify-inclusion.ts';

const sizeOfAll = 700;
const tree = plantTree(someLeafHashes(sizeOfAll));
const invalid = expect.objectContaining({ code: 'LEDGER.PROOF_INVALID', kind: 'invalid' });
const indexesOf = (size: number): Set<number> => new Set([(size * 31 + 5) % size, size - 1]);
const claimOf = (index: number, size: number) => ({
  index,
  size,
  leafHash: tree.leafHashes[index]!,
  proof: tree.inclusion(index, 0, size),
  root: tree.root(0, size),
});
/** On which side the siblings stand, from the leaf up: trees of neighbouring sizes may agree in it. */
function shapeOf(index: number, size: number): string {
  if (size === 1) return '';
  const split = 2 ** Math.floor(Math.log2(size - 1));
  return index < split ? `${shapeOf(index, split)}R` : `${shapeOf(index - split, size - split)}L`;
}

describe('proveInclusion', () => {
  it('gives the path of RFC 6962, for every size to 700', async () => {
    for (let size = 1; size <= sizeOfAll; size += 1) {
      for (const index of indexesOf(size)) {
        const proof = await proveInclusion(index, size, tree.reader, sha256);
        expect(Buffer.concat(proof).equals(Buffer.concat(tree.inclusion(index, 0, size)))).toBe(true);
      }
    }
  });

  it.each([
    [0, 0],
    [1, 1],
    [-1, 5],
    [0.5, 5],
    [Number.NaN, 5],
    [2 ** 53, 2 ** 53 + 2],
  ])('has no proof of leaf %d in a tree of %d', async (index, size) => {
    await expect(proveInclusion(index, size, tree.reader, sha256)).rejects.toThrow(invalid);
  });
});

describe('treeRoot', () => {
  it('is the Merkle Tree Hash of RFC 6962, for every size to 700', async () => {
    for (let size = 0; size <= sizeOfAll; size += 1)
      expect(await treeRoot(size, tree.reader, sha256)).toEqual(tree.root(0, size));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses %d, which is no size', async (size) => {
    await expect(treeRoot(size, tree.reader, sha256)).rejects.toThrow(invalid);
  });
});

describe('verifyInclusion', () => {
  it('accepts every leaf of every tree to 66 leaves, and of larger ones', () => {
    for (let size = 1; size <= sizeOfAll; size += size < 66 ? 1 : 211) {
      for (let index = 0; index < size; index += 1) {
        const claim = claimOf(index, size);
        expect(verifyInclusion(claim, sha256)).toBe(true);
        expect(rootFromInclusion(claim, sha256)).toEqual(claim.root);
      }
    }
  });

  it.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [6, 7],
    [3, 8],
    [10, 11],
    [299, 300],
  ])('refuses leaf %d of %d when a bit of the leaf, the root or the proof is another', (index, size) => {
    const claim = claimOf(index, size);
    for (const leafHash of withOneBitFlipped(claim.leafHash))
      expect(verifyInclusion({ ...claim, leafHash }, sha256)).toBe(false);
    for (const root of withOneBitFlipped(claim.root)) expect(verifyInclusion({ ...claim, root }, sha256)).toBe(false);
    claim.proof.forEach((hash, at) => {
      for (const flipped of withOneBitFlipped(hash))
        expect(verifyInclusion({ ...claim, proof: claim.proof.with(at, flipped) }, sha256)).toBe(false);
    });
  });

  it('refuses every other index, and every size whose proofs have another shape', () => {
    for (let size = 1; size <= 33; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = claimOf(index, size);
        for (let other = 0; other < 70; other += 1) {
          if (other !== index) expect(verifyInclusion({ ...claim, index: other }, sha256)).toBe(false);
          const isSameShape = other > index && shapeOf(index, other) === shapeOf(index, size);
          expect(verifyInclusion({ ...claim, size: other }, sha256)).toBe(isSameShape);
        }
      }
    }
  });

  it('refuses a proof that is shorter, longer or in another order', () => {
    const claim = claimOf(5, 11);
    const { proof } = claim;
    const changed = [proof.slice(1), proof.slice(0, -1), [...proof, proof[0]!], proof.toReversed(), []];
    for (const other of changed) {
      expect(verifyInclusion({ ...claim, proof: other }, sha256)).toBe(false);
    }
    expect(() => rootFromInclusion({ ...claim, proof: proof.slice(1) }, sha256)).toThrow(invalid);
    expect(() => rootFromInclusion({ ...claim, proof: [...proof, proof[0]!] }, sha256)).toThrow(invalid);
  });

  it('refuses what has no size of a hash, and hashes without end', () => {
    const claim = claimOf(5, 11);
    const short = new Uint8Array(31);
    expect(verifyInclusion({ ...claim, leafHash: short }, sha256)).toBe(false);
    expect(verifyInclusion({ ...claim, root: short }, sha256)).toBe(false);
    expect(verifyInclusion({ ...claim, root: new Uint8Array(0) }, sha256)).toBe(false);
    expect(verifyInclusion({ ...claim, proof: claim.proof.with(0, short) }, sha256)).toBe(false);
    expect(verifyInclusion({ ...claim, proof: Array<Uint8Array>(1_000_000).fill(claim.root) }, sha256)).toBe(false);
    for (const index of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(verifyInclusion({ ...claim, index }, sha256)).toBe(false);
    for (const size of [0, -1, 11.5, Number.NaN, 2 ** 53])
      expect(verifyInclusion({ ...claim, size }, sha256)).toBe(false);
  });
});
