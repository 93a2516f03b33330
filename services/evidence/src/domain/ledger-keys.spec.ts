import { describe, expect, it } from 'vitest';
import { batchKeyOf, checkpointKeyOf, dataKeyOf, sizeOfKey, sizePathOf, tileKeyOf } from './ledger-keys.ts';

describe('keys of the ledger in the vault', () => {
  it('sort as sizes do, and are read back', () => {
    const sizes = [0, 1, 9, 10, 255, 999, 1_000, 123_456, 999_999, 1_000_000, 999_999_999_999];
    const keys = sizes.map(checkpointKeyOf);
    expect(keys.toSorted()).toEqual(keys);
    expect(keys.map(sizeOfKey)).toEqual(sizes);
    expect(sizes.map(batchKeyOf).map(sizeOfKey)).toEqual(sizes);
    expect(checkpointKeyOf(123_456)).toBe('_ledger/checkpoints/000/000/123/456');
  });

  it('refuse what is no size, or has more digits than sort', () => {
    for (const size of [-1, 0.5, NaN, 1_000_000_000_000]) expect(() => sizePathOf(size)).toThrow(RangeError);
  });

  it('of other things are no size', () => {
    for (const key of ['', '_ledger/checkpoints/', '_ledger/checkpoints/000/000/000', `x${checkpointKeyOf(1)}`])
      expect(sizeOfKey(key)).toBeUndefined();
    expect(sizeOfKey(`${checkpointKeyOf(1)}/2`)).toBeUndefined();
    expect(sizeOfKey(tileKeyOf(0, 1))).toBeUndefined();
  });

  it('name tiles by their C2SP path, and data by its digest', () => {
    expect(tileKeyOf(0, 1_067)).toBe('_ledger/tile/0/x001/067');
    expect(tileKeyOf('entries', 5)).toBe('_ledger/tile/entries/005');
    expect(dataKeyOf('ab')).toBe('_ledger/data/ab.json');
  });
});
