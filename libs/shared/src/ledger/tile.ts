import { ledgerError } from './ledger-error.ts';
import { hashLength, nodeHash, type Sha256 } from './merkle-hash.ts';

/** Hashes in a full tile (C2SP tlog-tiles). */
export const tileWidth = 256;
/** Levels of the tree between a tile and the tile above it. */
export const tileHeight = 8;

/** The hash above a complete subtree, given the 2^n hashes at its foot one after the other. */
export function subtreeRoot(hashes: Uint8Array, sha256: Sha256): Uint8Array {
  let row = Array.from({ length: hashes.length / hashLength }, (_, at) =>
    hashes.subarray(at * hashLength, (at + 1) * hashLength),
  );
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(row[2 * at]!, row[2 * at + 1]!, sha256));
  return new Uint8Array(row[0]!);
}

/**
 * The node above a full tile: its entry in the tile of the next level. Takes the tile's 8,192 bytes; throws AppError
 * `LEDGER.TILE_INVALID` for another length, since a partial tile is never hashed into the level above.
 */
export function tileRoot(hashes: Uint8Array, sha256: Sha256): Uint8Array {
  if (hashes.length !== tileWidth * hashLength)
    throw ledgerError('tile', `A full tile has ${tileWidth * hashLength} bytes, not ${hashes.length}.`);
  return subtreeRoot(hashes, sha256);
}

/** Hashes of the tile (level, index) in a tree of `size` leaves: 0 to 256. */
export function tileWidthAt(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(tileWidth, Math.floor(size / tileWidth ** level) - index * tileWidth));
}
