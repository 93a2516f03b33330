import { ledgerError } from './ledger-error.ts';
import { hashLength, type Sha256 } from './merkle-hash.ts';
import { subtreeRoot, tileHeight, tileWidth, tileWidthAt } from './tile.ts';

/** Where the hashes of a tree come from: a database, a vault, an HTTP client. */
export interface HashReader {
  /**
   * The first `width` (1 to 256) hashes of the tile (level, index), 32 bytes each, one after the other: exactly
   * `width * 32` bytes. It is asked only for what a tree of the size in question has.
   */
  read(level: number, index: number, width: number): Promise<Uint8Array>;
}

/** Reads nodes of the tree of `size` leaves; asks for each tile once. */
export class NodeReads {
  readonly #tiles = new Map<string, Promise<Uint8Array>>();
  readonly #size: number;
  readonly #reader: HashReader;
  readonly #sha256: Sha256;

  constructor(size: number, reader: HashReader, sha256: Sha256) {
    this.#size = size;
    this.#reader = reader;
    this.#sha256 = sha256;
  }

  /** The hash over the leaves [index * 2^height, (index + 1) * 2^height), all of which the tree has. */
  async node(height: number, index: number): Promise<Uint8Array> {
    const width = 2 ** (height % tileHeight);
    const first = index * width;
    const hashes = await this.#tile(Math.floor(height / tileHeight), Math.floor(first / tileWidth));
    const start = (first % tileWidth) * hashLength;
    return subtreeRoot(hashes.subarray(start, start + width * hashLength), this.#sha256);
  }

  #tile(level: number, index: number): Promise<Uint8Array> {
    const name = `${level}/${index}`;
    const reading =
      this.#tiles.get(name) ?? readTile(this.#reader, level, index, tileWidthAt(level, index, this.#size));
    this.#tiles.set(name, reading);
    return reading;
  }
}

/** A tile from a reader; throws AppError `LEDGER.TILE_INVALID` when it gives another number of bytes than it was asked for. */
export async function readTile(reader: HashReader, level: number, index: number, width: number): Promise<Uint8Array> {
  const hashes = await reader.read(level, index, width);
  if (hashes.length !== width * hashLength)
    throw ledgerError(
      'tile',
      `Tile ${level}/${index} has ${hashes.length} bytes, not the ${width * hashLength} asked for.`,
    );
  return hashes;
}
