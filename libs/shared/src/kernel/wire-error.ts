import { AppError, type ErrorKind } from './app-error.ts';

/** An error as it travels between processes (a reply, a dead letter). Codes travel, classes, causes and stacks do not. */
export interface WireError {
  code: string;
  /** One of `ErrorKind`, or `unexpected` for a fault. */
  kind: string;
  message: string;
  details?: Record<string, unknown>;
  /** Seconds. */
  retry_after?: number;
}

const unexpected: WireError = { code: 'INTERNAL.UNEXPECTED', kind: 'unexpected', message: 'An unexpected fault.' };

/** Every kind of expected failure; the record makes the compiler ask for each. */
const kinds: Record<ErrorKind, true> = {
  invalid: true,
  unauthenticated: true,
  forbidden: true,
  'not-found': true,
  conflict: true,
  'too-large': true,
  unsupported: true,
  unprocessable: true,
  'rate-limited': true,
  unavailable: true,
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const secondsOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/**
 * The expected failure that a caught value stands for, or undefined when it is a fault. It goes by shape, so an
 * `AppError` of another copy of this package and a `WireError` count as well.
 */
export function asAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) {
    return error;
  }
  if (!isRecord(error)) {
    return undefined;
  }
  const { code, kind, message, details } = error;
  if (typeof code !== 'string' || typeof kind !== 'string' || typeof message !== 'string') {
    return undefined;
  }
  if (!Object.hasOwn(kinds, kind)) {
    return undefined;
  }
  const seconds = secondsOf(error['retry_after']) ?? secondsOf(error['retryAfterSeconds']);
  return new AppError(code, kind as ErrorKind, message, {
    ...(error instanceof Error ? { cause: error } : {}),
    ...(isRecord(details) ? { details } : {}),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  });
}

/** What another process may know about a failure: of a fault nothing, for its message may name anything. */
export function toWireError(error: unknown): WireError {
  const known = asAppError(error);
  if (known === undefined) {
    return { ...unexpected };
  }
  const { code, kind, message, details, retryAfterSeconds } = known;
  return {
    code,
    kind,
    message,
    ...(details === undefined ? {} : { details }),
    ...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
  };
}

/** The error to throw for one that was received: an `AppError`, or a plain `Error` when the other side had a fault. */
export function fromWireError(wire: unknown): Error {
  return asAppError(wire) ?? new Error('The other service failed unexpectedly.', { cause: wire });
}
