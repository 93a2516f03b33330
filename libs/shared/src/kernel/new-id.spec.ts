import { describe, expect, it } from 'vitest';
import { newId } from './new-id.ts';

describe('newId', () => {
  it('carries version 7, the RFC 9562 variant and the milliseconds of the clock', () => {
    const id = newId(0x0123456789ab);
    expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('never repeats within one millisecond, across refills of its pool', () => {
    const ids = new Set(Array.from({ length: 5_000 }, () => newId(1)));
    expect(ids.size).toBe(5_000);
  });
});
