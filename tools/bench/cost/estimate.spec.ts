import { describe, expect, it } from 'vitest';
import { estimate } from './estimate.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);

describe('an estimate', () => {
  it('is the median, whatever the order and however wild the worst', () => {
    expect(estimate([3, 1, 2]).middle).toBe(2);
    expect(estimate([4, 1, 3, 2]).middle).toBe(2.5);
    expect(estimate([1, 2, 1_000_000]).middle).toBe(2);
  });

  // Ranks from tables of the sign test, e.g. Conover, Practical Nonparametric Statistics, table A3.
  it.each([
    [6, 1, 6],
    [10, 2, 9],
    [20, 6, 15],
    [30, 10, 21],
    [40, 14, 27],
  ])('of %i measurements lies between the %ith and the %ith', (count, low, high) => {
    expect(estimate(upTo(count))).toMatchObject({ low, high });
  });

  it('of too few measurements lies anywhere among them', () => {
    expect(estimate([5, 9])).toEqual({ middle: 7, low: 5, high: 9 });
    expect(estimate([4])).toEqual({ middle: 4, low: 4, high: 4 });
  });
});
