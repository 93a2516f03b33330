import { describe, expect, it } from 'vitest';
import { instant } from './identifiers.ts';

describe('an instant', () => {
  it.each([
    '2026-11-21T09:30:00Z',
    '2026-11-21T09:30:00.123456789+14:00',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
  ])('is %s', (text) => expect(instant.parse(text)).toBe(text));

  it.each([
    ['no zone', '2026-11-21T09:30:00'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['the year 0 in UTC', '0001-01-01T00:00:00+01:00'],
    ['the year 10000 in UTC', '9999-12-31T23:59:59.9-01:00'],
    ['a zone that PostgreSQL refuses', '2026-11-21T09:30:00-23:59'],
    ['a day that its month lacks', '2026-02-30T00:00:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
  ])('is not one of %s', (_name, text) => expect(instant.safeParse(text).success).toBe(false));
});
