import { describe, expect, it } from 'vitest';
import { evidenceRequest, uploadedBundle } from './evidence.ts';

const bundle = { bundle_id: 'b', site_id: 's', host_id: 'h', check_type: 'backup', outcome: 'success' };
const times = (timestamp_start: string, timestamp_end: string) => ({ ...bundle, timestamp_start, timestamp_end });

describe.each([
  ['a bundle as JSON', evidenceRequest],
  ['an uploaded bundle', uploadedBundle],
])('%s', (_, schema) => {
  it.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z'],
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.001Z'],
    ['2026-11-21T10:00:00+02:00', '2026-11-21T08:30:00Z'],
  ])('may last from %s to %s', (start, end) => {
    expect(schema.safeParse(times(start, end)).success).toBe(true);
  });

  it.each([
    ['2026-11-21T10:00:00.001Z', '2026-11-21T10:00:00Z'],
    ['2026-11-21T10:00:00Z', '2026-11-21T10:30:00+02:00'],
  ])('cannot last from %s back to %s', (start, end) => {
    expect(schema.safeParse(times(start, end)).error?.issues).toMatchObject([
      { path: ['timestamp_end'], message: 'lies before timestamp_start' },
    ]);
  });

  it('is told of a time that is none, and of nothing that follows from it', () => {
    expect(schema.safeParse(times('2026-11-21T10:00:00Z', 'then')).error?.issues).toMatchObject([
      { path: ['timestamp_end'], code: 'invalid_format' },
    ]);
  });

  it('keeps the fields that the contract does not name', () => {
    const parsed = schema.parse({ ...times('2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z'), extra: 1 });
    expect(parsed).toMatchObject({ extra: 1 });
  });
});
