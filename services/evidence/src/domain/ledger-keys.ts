import { tilePath } from '@countersign/shared/ledger';

/** Everything of the ledger in the vault: no site can be called so, for an identifier begins with a letter or a digit. */
export const ledgerPrefix = '_ledger/';
export const checkpointPrefix = `${ledgerPrefix}checkpoints/`;
export const batchPrefix = `${ledgerPrefix}batches/`;

const digits = 12;

/** A size as part of a key: 12 digits in groups of three, so that keys sort as sizes do. */
export function sizePathOf(size: number): string {
  const text = String(size).padStart(digits, '0');
  if (!Number.isSafeInteger(size) || size < 0 || text.length > digits)
    throw new RangeError(`${size} is no size of a ledger`);
  return text.match(/.{3}/g)!.join('/');
}

/** The size that a key of `checkpointKeyOf` or `batchKeyOf` is about; undefined for every other key. */
export function sizeOfKey(key: string): number | undefined {
  const groups = /^_ledger\/(?:checkpoints|batches)\/((?:[0-9]{3}\/){3}[0-9]{3})$/.exec(key)?.[1];
  return groups === undefined ? undefined : Number(groups.replaceAll('/', ''));
}

/** The signed checkpoint of this size. */
export const checkpointKeyOf = (size: number): string => `${checkpointPrefix}${sizePathOf(size)}`;

/** The entries by which the checkpoint before grew to this size, in the form of an entry bundle. */
export const batchKeyOf = (size: number): string => `${batchPrefix}${sizePathOf(size)}`;

/** A full tile of hashes, or of entries, under its C2SP path. */
export const tileKeyOf = (level: number | 'entries', index: number): string =>
  `${ledgerPrefix}${tilePath(level, index)}`;

/** The data of a leaf that has `dataref` instead, by the digest (64 hex) of its canonical string. */
export const dataKeyOf = (sha256: string): string => `${ledgerPrefix}data/${sha256}.json`;
