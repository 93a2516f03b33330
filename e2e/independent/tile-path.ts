/** Entries of a full tile. */
export const tileWidth = 256;

/** C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last with an `x`. */
export function tilePath(level: number | 'entries', index: number, width = tileWidth): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!;
  const path = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${path}${width === tileWidth ? '' : `.p/${width}`}`;
}

export interface Tile {
  level: number;
  index: number;
  width: number;
}

/** Every tile of a tree of this size, level by level: the full ones, then the partial one. */
export function tilesOf(size: number): Tile[][] {
  const levels: Tile[][] = [];
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / tileWidth)) {
    const full = Math.floor(hashes / tileWidth);
    const tiles = Array.from({ length: full }, (_, index) => ({ level, index, width: tileWidth }));
    if (hashes % tileWidth > 0) tiles.push({ level, index: full, width: hashes % tileWidth });
    levels.push(tiles);
  }
  return levels;
}
