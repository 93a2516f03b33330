import { describe, expect, it } from 'vitest';
import { type CheckIn, planCheckIns } from './check-in.ts';

const checkIn = (host_id: string, changes: Partial<CheckIn> = {}): CheckIn => ({
  site_id: 'clinic-7',
  host_id,
  deployment_mode: 'direct',
  policy_version: '1.0',
  may_replace_key: false,
  ...changes,
});
const shape = (checkIns: CheckIn[]) => planCheckIns(checkIns).map((round) => round.map((group) => group.places));

describe('planCheckIns', () => {
  it('does all appliances in one round', () => {
    expect(shape([checkIn('a'), checkIn('b'), checkIn('a', { site_id: 'clinic-8' })])).toEqual([[[0], [1], [2]]]);
  });

  it('collapses what says the same, whoever traces it', () => {
    expect(shape([checkIn('a', { traceparent: '1' }), checkIn('b'), checkIn('a', { traceparent: '2' })])).toEqual([
      [[0, 2], [1]],
    ]);
  });

  it('keeps the order of check-ins that differ: the later one has the last word', () => {
    const key = (letter: string) => ({ public_key: letter.repeat(64) });
    expect(shape([checkIn('a', key('1')), checkIn('a', key('2')), checkIn('b'), checkIn('a', key('1'))])).toEqual([
      [[0], [2]],
      [[1]],
      [[3]],
    ]);
  });
});
