import { describe, expect, it } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { toProblem } from './problem.ts';

const context = { requestId: 'r', traceId: 't', instance: '/' };
const challengeOf = (error: AppError) => toProblem(error, context).headers['www-authenticate'];

describe('WWW-Authenticate', () => {
  it('says no error where no credential was sent (RFC 6750 section 3.1)', () => {
    expect(challengeOf(new AppError('AUTH.MISSING_CREDENTIAL', 'unauthenticated', ''))).toBe(
      'Bearer realm="countersign"',
    );
  });

  it.each(['AUTH.INVALID_CREDENTIAL', 'AUTH.TOKEN_EXPIRED'])('says invalid_token for %s', (code) => {
    expect(challengeOf(new AppError(code, 'unauthenticated', 'x'))).toMatch(
      /^Bearer realm="countersign", error="invalid_token", error_description="[^"]+"$/,
    );
  });

  it('names the scope that is missing, in the header as in the body', () => {
    const error = new AppError('AUTH.SCOPE_MISSING', 'forbidden', '', { details: { required_scope: 'stats:read' } });
    expect(challengeOf(error)).toBe('Bearer realm="countersign", error="insufficient_scope", scope="stats:read"');
    expect(toProblem(error, context).body.required_scope).toBe('stats:read');
  });

  it.each(['a" b', 'a\r\nset-cookie: x', '', 7])('is not built from the scope %j that came from elsewhere', (scope) => {
    const error = new AppError('AUTH.SCOPE_MISSING', 'forbidden', '', { details: { required_scope: scope } });
    expect(challengeOf(error)).toBeUndefined();
  });

  it('is not sent where another credential would not help', () => {
    expect(challengeOf(new AppError('AUTH.SITE_FORBIDDEN', 'forbidden', ''))).toBeUndefined();
    expect(challengeOf(new AppError('ORDERS.NOT_FOUND', 'not-found', ''))).toBeUndefined();
  });
});
