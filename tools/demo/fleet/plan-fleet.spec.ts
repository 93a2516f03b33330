import { describe, expect, it } from 'vitest';
import { knownIncidents } from './incident-kinds.ts';
import { planFleet } from './plan-fleet.ts';

const countOf = (plan: ReturnType<typeof planFleet>[number], kind?: string) =>
  plan
    .filter((report) => kind === undefined || report.kind === kind)
    .reduce((sum, { joins }) => sum + (joins ? 2 : 1), 0);

describe('the plan of the fleet', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planFleet(20, 200, 7)).toEqual(planFleet(20, 200, 7));
    expect(planFleet(20, 200, 7)).not.toEqual(planFleet(20, 200, 8));
  });

  it.each([
    [20, 200],
    [1, 20],
    [3, 31],
    [7, 1],
  ])('with %i boxes makes exactly %i reports, and none beyond the limit of a site', (appliances, incidents) => {
    for (const seed of [1, 2, 3]) {
      const plans = planFleet(appliances, incidents, seed);
      expect(plans).toHaveLength(appliances);
      expect(plans.reduce((sum, plan) => sum + countOf(plan), 0)).toBe(incidents);
      for (const plan of plans) {
        expect(countOf(plan, 'incident')).toBeLessThanOrEqual(10);
        expect(countOf(plan, 'drift')).toBeLessThanOrEqual(10);
      }
    }
  });

  it('has every runbook and every kind of trouble in it', () => {
    const all = planFleet(20, 200, 1).flat();
    for (const { report } of knownIncidents) expect(all.some((planned) => planned.report === report)).toBe(true);
    for (const trouble of [
      'joins',
      'repeated',
      'tampering',
      'forgery',
      'foreign',
      'replayed',
      'stolen',
      'fails',
    ] as const) {
      expect(
        all.some((planned) => Boolean(planned[trouble])),
        trouble,
      ).toBe(true);
    }
  });
});
