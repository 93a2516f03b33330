import { AppError } from '../kernel/index.ts';

/** Why a value or a text has no canonical string. `at` is a place in a text or the nearest key of a value, never content. */
export function notCanonical(reason: string, at: string): AppError {
  return new AppError('CRYPTO.NOT_CANONICAL', 'invalid', `No canonical string: ${reason} (at ${at}).`, {
    details: { reason, at },
  });
}

/** Deeper values are refused: Python's own parser stops near 1,000 levels, and recursion must not exhaust the stack. */
export const maxDepth = 200;
