import { isSize, parseDecimal } from './decimal.ts';
import { ledgerError } from './ledger-error.ts';
import { tileWidth } from './tile.ts';

/** Where a tile stands. `level` 0 to 63, or `entries` for a bundle of entries; `index` from 0; `width` 1 to 256. */
export interface TileName {
  level: number | 'entries';
  index: number;
  width: number;
}

const isLevel = (level: unknown): boolean => level === 'entries' || (isSize(level) && level <= 63);
const isWidth = (width: unknown): boolean => isSize(width) && width >= 1 && width <= tileWidth;

/**
 * The path of a tile or entry bundle under the log's prefix (C2SP tlog-tiles): `tile/0/x001/067`, and
 * `tile/entries/x001/067.p/5` for the first five of it. Throws AppError `LEDGER.TILE_INVALID` when there is no such tile.
 */
export function tilePath(level: number | 'entries', index: number, width: number = tileWidth): string {
  if (!isLevel(level) || !isSize(index) || !isWidth(width))
    throw ledgerError('tile', `There is no tile ${level}/${index} of width ${width}.`);
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!;
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** The tile that a path names; undefined for every text that `tilePath` does not make. */
export function parseTilePath(path: string): TileName | undefined {
  const parts = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (parts === null) return undefined;
  const level = parts[1] === 'entries' ? 'entries' : parseDecimal(parts[1]!);
  const index = Number(parts[2]!.replaceAll(/[x/]/g, ''));
  const width = parts[3] === undefined ? tileWidth : Number(parts[3]);
  if (level === undefined || !isLevel(level) || !isSize(index) || !isWidth(width)) return undefined;
  return tilePath(level, index, width) === path ? { level, index, width } : undefined;
}
