import { toHex } from '@countersign/shared/crypto';
import { type FullTile, hashLength } from '@countersign/shared/ledger';
import { chooseHashes, type Preference } from './choose-hashes.ts';
import { copiesOf } from './copies.ts';
import type { LedgerPage } from './read-page.ts';
import { frontierAt, type TreeState } from './tree-state.ts';

/** The tree over the published leaves of a page, as the copies that fit what was signed have it. */
export interface GrownTree {
  /** Per leaf from the page's first; undefined: nobody has it. */
  hashes: (Uint8Array | undefined)[];
  /** Tiles that became full, lowest level first. */
  full: FullTile[];
  /** The root at the size of each checkpoint of the page. */
  roots: Map<number, Uint8Array>;
}

const preferences: Preference[] = ['majority', 'vault', 'database'];

/**
 * Recomputes the tree. Where copies differ, the signed roots say who is right: of what most copies say, what the vault
 * says and what the database says, that counts which leads to the most of them.
 */
export async function growTree(
  page: LedgerPage,
  state: TreeState,
  signed: ReadonlyMap<number, Uint8Array>,
): Promise<GrownTree> {
  const copies = copiesOf(page);
  let best: { tree: GrownTree; fits: number } | undefined;
  for (const prefer of preferences) {
    const { hashes, unanimous } = chooseHashes(copies, page.from, page.publishedEnd, prefer);
    const tree = await grow(page, state, hashes);
    const fits = [...signed].filter(([size, root]) => toHex(tree.roots.get(size)!) === toHex(root)).length;
    if (best === undefined || fits > best.fits) best = { tree, fits };
    if (unanimous || fits === signed.size) break;
  }
  return best!.tree;
}

async function grow(
  page: LedgerPage,
  state: TreeState,
  hashes: readonly (Uint8Array | undefined)[],
): Promise<GrownTree> {
  const frontier = await frontierAt(state);
  const wanted = new Set(page.checkpoints.map(({ size }) => size));
  const full: FullTile[] = [];
  const roots = new Map<number, Uint8Array>();
  for (const hash of hashes) {
    full.push(...frontier.append(hash ?? new Uint8Array(hashLength)));
    if (wanted.has(frontier.size)) roots.set(frontier.size, frontier.root());
  }
  return { hashes: [...hashes], full, roots };
}
