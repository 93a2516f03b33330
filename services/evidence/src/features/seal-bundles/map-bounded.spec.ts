import { describe, expect, it } from 'vitest';
import { mapBounded } from './map-bounded.ts';

describe('mapBounded', () => {
  it('keeps the order of the items and never has more under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    const values = await mapBounded([5, 1, 4, 2, 3], 2, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      underWay -= 1;
      return item * 10;
    });
    expect(values).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('does nothing with nothing', async () => {
    expect(await mapBounded([], 4, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});
