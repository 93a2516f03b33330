/**
 * The HTTP status of each kind of failure, as `shared/http` gives it. Written out because that room has decorators,
 * which type stripping does not run; a spec compares the two.
 */
export const statusOfKind: Readonly<Record<string, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unsupported: 415,
  unprocessable: 422,
  'rate-limited': 429,
  unavailable: 503,
  unexpected: 500,
};
