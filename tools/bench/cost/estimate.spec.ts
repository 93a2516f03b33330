import { describe, expect, it } from 'vitest';
import { estimate } from './estimate.ts';

/** Powers of two, so that each mean of two of them is another. */
const powersUpTo = (count: number) => Array.from({ length: count }, (_, index) => 2 ** (count - index));

describe('an estimate', () => {
  it('is the median of the means of all pairs, whatever the order', () => {
    expect(estimate([7]).middle).toBe(7);
    expect(estimate([3, 1]).middle).toBe(2);
    // Means: 1, 2, 3, 3.5, 4.5, 6
    expect(estimate([6, 1, 3]).middle).toBe(3.25);
  });

  it('hardly moves for one wild measurement', () => {
    const calm = Array.from({ length: 20 }, (_, index) => index % 5);
    expect(estimate([...calm, 2]).middle).toBe(2);
    expect(estimate([...calm, 1_000_000]).middle).toBe(2);
  });

  // Critical values of the signed rank test, two-sided, 0.05: e.g. Hollander and Wolfe, Nonparametric Statistical Methods.
  it.each([
    [6, 0],
    [10, 8],
    [20, 52],
    [25, 89],
    [30, 137],
  ])('of %i measurements leaves out %i means at each end', (count, left) => {
    const measured = powersUpTo(count);
    const means = measured.flatMap((one, at) => measured.slice(at).map((other) => (one + other) / 2));
    const sorted = means.toSorted((a, b) => a - b);
    expect(estimate(measured)).toMatchObject({ low: sorted[left], high: sorted.at(-1 - left) });
  });

  it('of too few measurements lies anywhere among them', () => {
    expect(estimate([5, 9])).toEqual({ middle: 7, low: 5, high: 9 });
    expect(estimate([4])).toEqual({ middle: 4, low: 4, high: 4 });
  });
});
