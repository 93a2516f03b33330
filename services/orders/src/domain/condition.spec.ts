import { describe, expect, it } from 'vitest';
import { conditionOf, keyOfCondition } from './condition.ts';
import { anIncident } from './sample-incident.ts';

const keyOf = (...changes: Parameters<typeof anIncident>) => keyOfCondition(conditionOf(anIncident(...changes)));

describe('conditionOf', () => {
  it('is the same for a repeat of the trouble', () => {
    expect(keyOf({ reason: 'again', tier: 'L2' })).toBe(keyOf());
  });

  it.each([
    { site_id: 'clinic-8' },
    { host_id: 'box-2' },
    { runbook_id: 'RB-CPU-001' },
    { incident_type: 'disk' },
    { check_type: null },
    { check_type: 'null' },
  ])('differs for %j', (change) => {
    expect(keyOf(change)).not.toBe(keyOf());
  });

  it('cannot be shifted from one field into the next', () => {
    expect(keyOf({ incident_type: 'a","b', check_type: null })).not.toBe(
      keyOf({ incident_type: 'a', check_type: 'b' }),
    );
    expect(keyOf({ incident_type: 'ab', check_type: 'c' })).not.toBe(keyOf({ incident_type: 'a', check_type: 'bc' }));
  });

  it('keeps out what a text column refuses', () => {
    expect(conditionOf(anIncident({ incident_type: 'a\u0000b\ud800' })).condition).toBe('["a\\u0000b\\ud800","disk"]');
  });
});
