import { describe, expect, it } from 'vitest';
import { decideExtension } from './decide-extension.ts';

const now = new Date('2026-01-10T12:00:00.000Z');
const retainUntil = new Date('2032-01-10T12:00:00.000Z');
const decide = (wanted: string, until = retainUntil): unknown =>
  decideExtension(new Date(wanted), { retainUntil: until, now });
const shortened = { ok: false, refusal: expect.objectContaining({ code: 'EVIDENCE.RETENTION_SHORTENED' }) as unknown };

describe('an extension of retention', () => {
  it('is one when it ends later, by however little', () => {
    expect(decide('2032-01-10T12:00:00.001Z')).toEqual({ ok: true, value: 'extend' });
  });

  it('says nothing new when it ends as before, in whatever time zone', () => {
    expect(decide('2032-01-10T13:00:00.000+01:00')).toEqual({ ok: true, value: 'nothing-new' });
  });

  it('is refused when it ends earlier', () => {
    expect(decide('2032-01-10T11:59:59.999Z')).toEqual(shortened);
    expect(decide('1970-01-01T00:00:00Z')).toEqual(shortened);
  });

  it('is refused when it is over already, though it ends later than a retention that ran out', () => {
    const ranOut = new Date('2026-01-01T00:00:00.000Z');
    expect(decide('2026-01-10T12:00:00.000Z', ranOut)).toEqual(shortened);
    expect(decide('2026-01-10T12:00:00.001Z', ranOut)).toEqual({ ok: true, value: 'extend' });
  });

  it('is refused beyond a century: what is locked by a slip of the pen stays locked', () => {
    const tooLong = { ok: false, refusal: expect.objectContaining({ code: 'EVIDENCE.RETENTION_TOO_LONG' }) as unknown };
    expect(decide('2126-01-10T12:00:00.000Z')).toEqual({ ok: true, value: 'extend' });
    expect(decide('2126-01-10T12:00:00.001Z')).toEqual(tooLong);
    expect(decide('9999-12-31T23:59:59.999Z')).toEqual(tooLong);
  });
});
