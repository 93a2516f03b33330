import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from './instant.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-01-10T12:00:00Z', '2026-01-10T12:00:00.000Z'],
    ['2026-01-10T12:00:00.123456+00:00', '2026-01-10T12:00:00.123Z'],
    ['2026-01-10t12:00:00.5z', '2026-01-10T12:00:00.500Z'],
    ['2026-01-10T00:30:00+05:30', '2026-01-09T19:00:00.000Z'],
    ['2026-01-10T23:30:00-01:00', '2026-01-11T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseInstant(text)!).toISOString()).toBe(expected);
  });

  it.each([
    '2026-01-10T12:00:00',
    '2026-01-10',
    '2026-01-10T12:00Z',
    '2026-01-10 12:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-10T24:00:00Z',
    '2026-01-10T12:60:00Z',
    '2026-01-10T12:00:60Z',
    '2026-01-10T12:00:00+24:00',
    '2026-01-10T12:00:00+0000',
    '2026-01-10T12:00:00.Z',
    ' 2026-01-10T12:00:00Z',
    '2026-01-10T12:00:00Z\n',
    `2026-01-10T12:00:00.${'0'.repeat(50)}Z`,
    '٢٠٢٦-01-10T12:00:00Z',
    '',
    undefined,
    null,
    1768046400,
    new Date(),
  ])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('reads back what toISOString prints', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
