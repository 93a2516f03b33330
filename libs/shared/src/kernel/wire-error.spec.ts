import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.ts';
import { asAppError, fromWireError, toWireError } from './wire-error.ts';

const limited = new AppError('GATEWAY.RATE_LIMITED', 'rate-limited', 'Too many.', {
  cause: new Error('db secret'),
  details: { limit: 10 },
  retryAfterSeconds: 30,
});

describe('an error on the wire', () => {
  it('comes back with code, kind, message, details and the seconds to wait, and without its cause', () => {
    const wire: unknown = JSON.parse(JSON.stringify(toWireError(limited)));
    expect(wire).toEqual({
      code: 'GATEWAY.RATE_LIMITED',
      kind: 'rate-limited',
      message: 'Too many.',
      details: { limit: 10 },
      retry_after: 30,
    });
    const back = fromWireError(wire) as AppError;
    expect(back).toBeInstanceOf(AppError);
    expect(back).toMatchObject({
      code: limited.code,
      kind: limited.kind,
      message: limited.message,
      details: limited.details,
      retryAfterSeconds: 30,
    });
  });

  it('says nothing about a fault, not even the message that names a password', () => {
    const wire = toWireError(new Error('connect postgres://u:hunter2@db'));
    expect(JSON.stringify(wire)).not.toContain('hunter2');
    expect(wire).toMatchObject({ code: 'INTERNAL.UNEXPECTED', kind: 'unexpected' });
    expect(asAppError(fromWireError(wire))).toBeUndefined();
  });

  it('knows the AppError of another copy of the class by its shape', () => {
    const foreign = Object.assign(new Error('No such order.'), { code: 'ORDERS.NOT_FOUND', kind: 'not-found' });
    expect(toWireError(foreign)).toEqual({ code: 'ORDERS.NOT_FOUND', kind: 'not-found', message: 'No such order.' });
  });

  it.each([
    ['a database error, which has a code but no kind', Object.assign(new Error('dup'), { code: '23505' })],
    ['a kind nobody knows', { code: 'X.Y', kind: 'toString', message: 'm' }],
    ['nothing', null],
    ['a text', 'boom'],
    ['a list', []],
  ])('takes %s for a fault', (_name, value) => {
    expect(asAppError(value)).toBeUndefined();
    expect(fromWireError(value)).toBeInstanceOf(Error);
  });

  it('drops details and waiting times that are no record and no number of seconds', () => {
    const hostile = { code: 'A.B', kind: 'unavailable', message: 'm', details: [1], retry_after: -1 };
    expect(toWireError(hostile)).toEqual({ code: 'A.B', kind: 'unavailable', message: 'm' });
  });
});
