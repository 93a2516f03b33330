import { describe, expect, it } from 'vitest';
import { clockBehindSeconds, isClockAhead } from './clock-bounds.ts';

const submitted_at = '2026-11-21T10:00:00.000Z';
const bundle = (timestamp_start: string, timestamp_end = timestamp_start) => ({
  timestamp_start,
  timestamp_end,
  submitted_at,
});

describe('a clock that is ahead', () => {
  it.each([
    ['now', '2026-11-21T10:00:00Z', false],
    ['two minutes', '2026-11-21T10:02:00.000Z', false],
    ['a millisecond more', '2026-11-21T10:02:00.001Z', true],
    ['the same moment in another zone', '2026-11-21T15:32:00+05:30', false],
    ['an hour behind a zone that it forgot', '2026-11-21T10:30:00+00:00', true],
    ['without seconds', '2026-11-21T10:03Z', true],
    ['finer than milliseconds', '2026-11-21T10:01:59.123456789123456789Z', false],
    ['years', '2031-01-01T00:00:00Z', true],
    ['the end of the calendar', '9999-12-31T23:59:59Z', true],
    ['what no clock says', 'soon', true],
  ])('is judged by the moment, not by the text: %s', (_, time, ahead) => {
    expect(isClockAhead(bundle(time))).toBe(ahead);
    expect(isClockAhead(bundle('2026-11-21T09:00:00Z', time))).toBe(ahead);
    expect(isClockAhead(bundle(time, '2026-11-21T09:00:00Z'))).toBe(ahead);
  });
});

describe('a clock that is behind', () => {
  it.each([
    ['2026-11-21T10:00:00Z', undefined],
    ['2026-11-21T10:01:00Z', undefined],
    ['2026-11-21T09:00:00Z', undefined],
    ['2026-11-21T08:59:59Z', 3_601],
    ['2026-11-21T08:59:59.001Z', undefined],
    ['2026-11-19T10:00:00Z', 172_800],
    ['1970-01-01T00:00:00Z', Date.parse(submitted_at) / 1_000],
  ])('is said from an hour on, in whole seconds: %s', (time, seconds) => {
    expect(clockBehindSeconds(bundle('1969-01-01T00:00:00Z', time))).toBe(seconds);
  });
});
