import { describe, expect, it } from 'vitest';
import { fromHex, toHex, sha256 } from '../crypto/index.ts';
import { sha256 as portableSha256 } from '../crypto/portable.ts';
import { LedgerFrontier } from './ledger-frontier.ts';
import { emptyRoot, leafHash } from './merkle-hash.ts';
import { plantTree } from './plain-tree.conformance.ts';

// The test data of github.com/google/certificate-transparency: its eight leaves, and the roots of sizes 1 to 8.
const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe.each([
  ['node:crypto', sha256],
  ['plain JavaScript', portableSha256],
])('the hashes of RFC 6962 on %s', (_, digest) => {
  const leafHashes = entries.map((entry) => leafHash(fromHex(entry), digest));

  it('give the roots of Certificate Transparency', () => {
    const frontier = new LedgerFrontier(digest);
    expect(toHex(frontier.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(frontier.root()).toEqual(emptyRoot(digest));
    leafHashes.forEach((hash, at) => {
      frontier.append(hash);
      expect(toHex(frontier.root())).toBe(roots[at]);
    });
  });

  it('are those of the plain form, so that it may judge the rest', () => {
    const tree = plantTree(leafHashes);
    expect(roots.map((_hash, at) => toHex(tree.root(0, at + 1)))).toEqual(roots);
  });

  it('tell a leaf from an inner node of the same bytes', () => {
    const twoHashes = new Uint8Array([...leafHashes[0]!, ...leafHashes[1]!]);
    expect(toHex(leafHash(twoHashes, digest))).not.toBe(roots[1]);
  });
});
