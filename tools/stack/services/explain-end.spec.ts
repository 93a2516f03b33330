import { describe, expect, it } from 'vitest';
import { complaintIn } from './explain-end.ts';

const line = (entry: object) => JSON.stringify(entry);

describe('complaintIn', () => {
  it("quotes a service's own error with its cause", () => {
    expect(
      complaintIn(line({ level: 60, service: 'orders', msg: 'no start', err: { message: 'no key' } }), 'orders'),
    ).toBe('no start: no key');
    expect(complaintIn(line({ level: 'error', service: 'orders', msg: 'no start' }), 'orders')).toBe('no start');
  });

  it('does not blame a service for what another one said, nor for good news', () => {
    expect(complaintIn(line({ level: 50, service: 'gateway', msg: 'x' }), 'orders')).toBeUndefined();
    expect(complaintIn(line({ level: 30, service: 'orders', msg: 'ready' }), 'orders')).toBeUndefined();
  });

  it('quotes plain text, which only a crash writes', () => {
    expect(complaintIn('SyntaxError: bad', 'orders')).toBe('SyntaxError: bad');
    expect(complaintIn('  ', 'orders')).toBeUndefined();
  });
});
