import { describe, expect, it } from 'vitest';
import { sliceBatch } from './slice-batch.ts';

const text = (item: string) => item;
const sizes = (items: string[]) => sliceBatch(items, text).map((slice) => slice.length);

describe('sliceBatch', () => {
  it('leaves a small batch whole and nothing as nothing', () => {
    expect(sizes(['a', 'b', 'c'])).toEqual([3]);
    expect(sizes([])).toEqual([]);
  });

  it('keeps every message below what the broker takes, and loses nothing on the way', () => {
    const items = Array.from({ length: 1_000 }, (_, index) => String(index).padEnd(((index * 7) % 40) * 1_000, '€'));
    const slices = sliceBatch(items, text);
    for (const slice of slices) expect(Buffer.byteLength(slice.join(','))).toBeLessThan(1024 * 1024);
    expect(slices.flat()).toEqual(items);
  });

  it('gives what is too large for all by itself a slice of its own', () => {
    expect(sizes(['a', 'x'.repeat(400_000), 'b'])).toEqual([1, 1, 1]);
  });

  it('bounds how many are done in one go', () => {
    expect(sizes(Array.from({ length: 300 }, () => 'a'))).toEqual([128, 128, 44]);
  });
});
