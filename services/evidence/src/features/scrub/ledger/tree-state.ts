import { sha256 } from '@countersign/shared/crypto';
import { type FullTile, LedgerFrontier, tileWidth } from '@countersign/shared/ledger';
import { hashLength } from '@countersign/shared/ledger';

/** The edge of a tree: what a frontier is made from again after a restart. A few thousand bytes, however large the tree. */
export interface TreeState {
  /** Leaves; a multiple of 256. */
  size: number;
  /** Per level from 0: the hashes of the tile that is not full yet, base64. */
  edge: string[];
}

export const emptyTree: TreeState = { size: 0, edge: [] };

export function frontierAt({ size, edge }: TreeState): Promise<LedgerFrontier> {
  const read = (level: number, _index: number, width: number) =>
    Promise.resolve(Buffer.from(edge[level] ?? '', 'base64').subarray(0, width * hashLength));
  return LedgerFrontier.at(size, { read }, sha256);
}

/** The edge after a whole number of tiles, given those that became full, lowest level first. */
export function stateAfter(before: TreeState, size: number, full: readonly FullTile[]): TreeState {
  if (size % tileWidth !== 0) throw new RangeError('The edge is kept at whole tiles only.');
  const edge = before.edge.map((text) => Buffer.from(text, 'base64'));
  for (const { level, root } of full) {
    edge[level] = Buffer.alloc(0);
    edge[level + 1] = Buffer.concat([edge[level + 1] ?? Buffer.alloc(0), root]);
  }
  return { size, edge: edge.map((bytes) => bytes.toString('base64')) };
}
