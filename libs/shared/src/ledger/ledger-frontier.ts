import { isSize } from './decimal.ts';
import { type HashReader, readTile } from './hash-reader.ts';
import { ledgerError } from './ledger-error.ts';
import { emptyRoot, hashLength, isHash, nodeHash, type Sha256 } from './merkle-hash.ts';
import { tileHeight, tileWidth } from './tile.ts';

/** A tile that has become full: it never changes again. */
export interface FullTile {
  level: number;
  index: number;
  /** 8,192 bytes. */
  hashes: Uint8Array;
  /** The node above it, 32 bytes: its entry in the tile of the next level. */
  root: Uint8Array;
}

/**
 * The right edge of a growing tree: one complete subtree per set bit of its size, and the partial tile of every level
 * (8 KiB each). Enough to append and to give the root, without reading anything of what is complete.
 */
export class LedgerFrontier {
  readonly #sha256: Sha256;
  /** By height; undefined where the bit of the size is 0. */
  readonly #subtrees: (Uint8Array | undefined)[] = [];
  readonly #partial: Uint8Array[] = [];
  #size = 0;

  /** The frontier of an empty tree. */
  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /**
   * The frontier of the tree of the first `size` leaves: reads its partial tiles, one per level at most. Throws AppError
   * `LEDGER.TILE_INVALID` when the reader gives the wrong number of bytes, and what the reader throws. Compare `root()`
   * with a root that is known before trusting it.
   */
  static async at(size: number, reader: HashReader, sha256: Sha256): Promise<LedgerFrontier> {
    if (!isSize(size)) throw ledgerError('proof', 'The size of a tree is a whole number from 0 to 2^53 - 1.');
    const frontier = new LedgerFrontier(sha256);
    const widths: number[] = [];
    for (let rest = size; rest > 0; rest = Math.floor(rest / tileWidth)) widths.push(rest % tileWidth);
    const tiles = await Promise.all(
      widths.map(async (width, level) =>
        width === 0 ? new Uint8Array(0) : readTile(reader, level, Math.floor(size / tileWidth ** (level + 1)), width),
      ),
    );
    // From the top, so that the size is right at every step.
    for (let level = tiles.length - 1; level >= 0; level -= 1)
      for (let at = 0; at < tiles[level]!.length; at += hashLength)
        frontier.#grow(new Uint8Array(tiles[level]!.subarray(at, at + hashLength)), level);
    return frontier;
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds the hash of the next leaf (32 bytes; anything else throws AppError `LEDGER.TILE_INVALID`); gives the tiles that
   * became full by it, lowest level first. One inner node is hashed per leaf on average.
   */
  append(leafHash: Uint8Array): FullTile[] {
    if (!isHash(leafHash)) throw ledgerError('tile', 'The hash of a leaf has 32 bytes.');
    return this.#grow(new Uint8Array(leafHash), 0);
  }

  /** The root of the tree so far, 32 bytes; hashes at most 53 times. */
  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const left of this.#subtrees)
      if (left !== undefined) root = root === undefined ? left : nodeHash(left, root, this.#sha256);
    return root === undefined ? emptyRoot(this.#sha256) : new Uint8Array(root);
  }

  /** Adds a complete subtree of 256^level leaves. */
  #grow(subtree: Uint8Array, level: number): FullTile[] {
    const full: FullTile[] = [];
    let node = subtree;
    let height = level * tileHeight;
    this.#store(node, level);
    for (let left = this.#subtrees[height]; left !== undefined; left = this.#subtrees[height]) {
      node = nodeHash(left, node, this.#sha256);
      this.#subtrees[height] = undefined;
      height += 1;
      if (height % tileHeight !== 0) continue;
      full.push(this.#complete(height / tileHeight - 1, node));
      this.#store(node, height / tileHeight);
    }
    this.#subtrees[height] = node;
    this.#size += tileWidth ** level;
    return full;
  }

  #store(hash: Uint8Array, level: number): void {
    const tile = (this.#partial[level] ??= new Uint8Array(tileWidth * hashLength));
    tile.set(hash, (Math.floor(this.#size / tileWidth ** level) % tileWidth) * hashLength);
  }

  #complete(level: number, root: Uint8Array): FullTile {
    const hashes = this.#partial[level]!;
    this.#partial[level] = new Uint8Array(tileWidth * hashLength);
    return { level, index: Math.floor(this.#size / tileWidth ** (level + 1)), hashes, root };
  }
}
