import { describe, expect, it } from 'vitest';
import { percentileOf } from './tally.ts';

describe('a percentile', () => {
  it('is the nearest rank, and nothing of nothing', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect([percentileOf(values, 0.5), percentileOf(values, 0.99)]).toEqual([100, 198]);
    expect(percentileOf([7], 0.99)).toBe(7);
    expect(percentileOf([], 0.5)).toBeNull();
  });
});
