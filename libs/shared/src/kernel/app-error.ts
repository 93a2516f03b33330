/**
 * What an expected failure means to the one who has to act on it. The kind alone decides the HTTP status
 * (`http/problem-details`) and what becomes of a message (`messaging/settle`).
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'unsupported'
  | 'unprocessable'
  | 'rate-limited'
  | 'unavailable';

export interface AppErrorOptions {
  /** What made this happen; for the log, never for the caller. */
  cause?: unknown;
  /** Facts that the caller may see, e.g. the bad fields. Never a secret, never a value that the caller sent as one. */
  details?: Record<string, unknown>;
  /** Seconds after which a retry makes sense (`rate-limited`, `unavailable`). */
  retryAfterSeconds?: number;
}

/**
 * An expected failure. `code` is stable and travels between processes (`ORDERS.NOT_FOUND`); classes do not, so
 * nobody checks a received error with `instanceof`.
 */
export class AppError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, kind: ErrorKind, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = kind;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
