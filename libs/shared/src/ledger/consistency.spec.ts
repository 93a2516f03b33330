import { describe, expect, it } from 'vitest';
import { sha256 } from '../crypto/index.ts';
import { plantTree, someLeafHashes, withOneBitFlipped } from './plain-tree.conformance.ts';
import { proveConsistency } from './prove-consistency.ts';
import { verifyConsistency } from './verify-consistency.ts';

const sizeOfAll = 700;
const tree = plantTree(someLeafHashes(sizeOfAll));
const plainProof = (from: number, to: number): Uint8Array[] => (from === 0 ? [] : tree.consistency(from, 0, to, true));
const claimOf = (from: number, to: number) => ({
  from,
  to,
  fromRoot: tree.root(0, from),
  toRoot: tree.root(0, to),
  proof: plainProof(from, to),
});

describe('proveConsistency', () => {
  it('gives the proof of RFC 6962, for every size to 700', async () => {
    for (let to = 0; to <= sizeOfAll; to += 1) {
      const sizes = new Set([to >> 1, to - 1, to - (to % 256)]);
      for (const from of sizes) {
        if (from < 0 || from > to) continue;
        const proof = await proveConsistency(from, to, tree.reader, sha256);
        expect(Buffer.concat(proof).equals(Buffer.concat(plainProof(from, to)))).toBe(true);
      }
    }
  });

  it.each([
    [5, 4],
    [-1, 4],
    [1.5, 4],
    [1, Number.NaN],
    [1, 2 ** 53],
  ])('has no proof from %d to %d', async (from, to) => {
    await expect(proveConsistency(from, to, tree.reader, sha256)).rejects.toThrow(
      expect.objectContaining({ code: 'LEDGER.PROOF_INVALID', kind: 'invalid' }),
    );
  });
});

describe('verifyConsistency', () => {
  it('accepts every pair of sizes to 66, and of larger ones', () => {
    for (let to = 0; to <= sizeOfAll; to += to < 66 ? 1 : 211)
      for (let from = 0; from <= to; from += 1) expect(verifyConsistency(claimOf(from, to), sha256)).toBe(true);
  });

  it.each([
    [0, 5],
    [1, 2],
    [3, 4],
    [4, 7],
    [6, 8],
    [7, 7],
    [9, 100],
    [256, 300],
  ])('refuses %d to %d when a bit of a root or of the proof is another', (from, to) => {
    const claim = claimOf(from, to);
    for (const fromRoot of withOneBitFlipped(claim.fromRoot))
      expect(verifyConsistency({ ...claim, fromRoot }, sha256)).toBe(false);
    for (const toRoot of from === 0 ? [] : withOneBitFlipped(claim.toRoot))
      expect(verifyConsistency({ ...claim, toRoot }, sha256)).toBe(false);
    claim.proof.forEach((hash, at) => {
      for (const flipped of withOneBitFlipped(hash))
        expect(verifyConsistency({ ...claim, proof: claim.proof.with(at, flipped) }, sha256)).toBe(false);
    });
  });

  it('refuses every other smaller size', () => {
    const others = Array.from({ length: 41 }, (_, other) => other);
    for (let to = 1; to <= 33; to += 1) {
      for (let from = 1; from < to; from += 1) {
        const claim = claimOf(from, to);
        const held = others.filter((other) => verifyConsistency({ ...claim, from: other }, sha256));
        expect(held).toEqual([from]);
      }
    }
  });

  it('refuses a fork: the same sizes, one early leaf exchanged', () => {
    const forked = plantTree(tree.leafHashes.with(3, tree.leafHashes[4]!));
    for (let from = 4; from <= 64; from += 1) {
      for (let to = from + 1; to <= 65; to += 1) {
        const claim = claimOf(from, to);
        const proof = forked.consistency(from, 0, to, true);
        const toRoot = forked.root(0, to);
        expect(verifyConsistency({ ...claim, toRoot, proof }, sha256)).toBe(false);
        expect(verifyConsistency({ ...claim, toRoot }, sha256)).toBe(false);
      }
    }
  });

  it('refuses a proof that is shorter, longer or in another order, and one where none is needed', () => {
    const claim = claimOf(5, 11);
    const { proof } = claim;
    for (const other of [proof.slice(1), proof.slice(0, -1), [...proof, proof[0]!], proof.toReversed(), []])
      expect(verifyConsistency({ ...claim, proof: other }, sha256)).toBe(false);
    for (const [from, to] of [
      [0, 0],
      [0, 5],
      [5, 5],
    ] as const)
      expect(verifyConsistency({ ...claimOf(from, to), proof: [proof[0]!] }, sha256)).toBe(false);
  });

  it('does not take another root for the empty tree', () => {
    const claim = claimOf(0, 0);
    const root = tree.root(0, 1);
    expect(verifyConsistency({ ...claim, fromRoot: root, toRoot: root }, sha256)).toBe(false);
    expect(verifyConsistency({ ...claimOf(0, 9), fromRoot: root }, sha256)).toBe(false);
  });

  it('refuses a shrinking log, what is no size and what is no hash', () => {
    const claim = claimOf(5, 11);
    expect(verifyConsistency({ ...claim, from: 11, to: 5 }, sha256)).toBe(false);
    for (const from of [-1, 5.5, Number.NaN, 2 ** 53])
      expect(verifyConsistency({ ...claim, from }, sha256)).toBe(false);
    for (const to of [-1, 11.5, Number.NaN, 2 ** 53]) expect(verifyConsistency({ ...claim, to }, sha256)).toBe(false);
    const short = new Uint8Array(31);
    expect(verifyConsistency({ ...claim, fromRoot: short }, sha256)).toBe(false);
    expect(verifyConsistency({ ...claim, toRoot: short }, sha256)).toBe(false);
    expect(verifyConsistency({ ...claim, proof: claim.proof.with(0, short) }, sha256)).toBe(false);
    expect(verifyConsistency({ ...claim, proof: Array.from({ length: 100_000 }, () => claim.toRoot) }, sha256)).toBe(
      false,
    );
  });
});
