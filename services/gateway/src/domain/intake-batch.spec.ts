import { describe, expect, it } from 'vitest';
import { arrangeBatch, type Decided, settleBatch } from './intake-batch.ts';

const report = (siteId: string, nonce?: string) => ({
  siteId,
  action: 'incidents' as const,
  nonce: nonce === undefined ? undefined : { digest: nonce, created: 1_795_000_000 },
});
const decided = (outcome: string, used = 0): Decided => ({ outcome, used });

describe('a batch of reports', () => {
  it('is numbered by site and action, in the order that it came in', () => {
    const drift = { ...report('a'), action: 'drift' as const };
    const { groups, placed } = arrangeBatch([report('a'), report('b'), drift, report('a')]);
    expect(groups.map(({ siteId, action }) => `${action} ${siteId}`)).toEqual([
      'incidents a',
      'incidents b',
      'drift a',
    ]);
    expect(placed.map(({ group, place }) => [group, place])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [1, 2],
    ]);
  });

  it('does not place the second of two with one nonce, whatever site it names', () => {
    const batch = arrangeBatch([report('a', 'x'), report('b', 'x'), report('a', 'y'), report('a'), report('a')]);
    expect(batch.placed.map(({ index, place }) => [index, place])).toEqual([
      [0, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    const decisions = batch.placed.map(() => decided('accepted'));
    expect(settleBatch(batch, decisions, 10).map((each) => (each === 'replayed' ? each : each.used))).toEqual([
      1,
      'replayed',
      2,
      3,
      4,
    ]);
  });

  it('says of each what counts with it, and of what takes no place what counts so far', () => {
    const batch = arrangeBatch([report('a'), report('b'), report('a'), report('a')]);
    const decisions = [decided('accepted', 4), decided('accepted', 0), decided('repeat', 4), decided('accepted', 4)];
    expect(settleBatch(batch, decisions, 10)).toMatchObject([{ used: 5 }, { used: 1 }, { used: 5 }, { used: 6 }]);
  });

  it('asks again for what found no room behind one that took none, and for nothing else', () => {
    const batch = arrangeBatch([report('a'), report('a'), report('a'), report('a')]);
    const outcomesOf = (...outcomes: string[]) =>
      settleBatch(
        batch,
        outcomes.map((outcome) => decided(outcome, 8)),
        10,
      ).map((each) => (each as Decided).outcome);
    expect(outcomesOf('accepted', 'accepted', 'limited', 'limited')).toEqual([
      'accepted',
      'accepted',
      'limited',
      'limited',
    ]);
    expect(outcomesOf('repeat', 'accepted', 'limited', 'limited')).toEqual(['repeat', 'accepted', 'raced', 'raced']);
    expect(outcomesOf('replayed', 'raced', 'limited', 'limited')).toEqual(['replayed', 'raced', 'raced', 'raced']);
  });
});
