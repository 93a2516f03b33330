import { AppError, type ErrorKind } from '@countersign/shared/kernel';

/** The kind that stands behind a status of the gateway; every other 4xx is `invalid`, every 5xx `unavailable`. */
const kindOfStatus: Record<number, ErrorKind> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported',
  422: 'unprocessable',
  429: 'rate-limited',
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 ? value : undefined;

/** The body of a response as JSON, or undefined. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whole seconds of a `Retry-After`; a date is not taken. */
export function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/**
 * The failure that an answer other than 200 tells: code, text, bad fields and ids of its problem document (RFC 9457).
 * What answers without one (a proxy) gets `APPLIANCE.UNEXPECTED_ANSWER`.
 */
export function errorOfAnswer(status: number, headers: Headers, body: unknown): AppError {
  const problem = isRecord(body) ? body : {};
  const kind = kindOfStatus[status] ?? (status >= 500 ? 'unavailable' : 'invalid');
  const code = textOf(problem['error_code']) ?? 'APPLIANCE.UNEXPECTED_ANSWER';
  const message =
    textOf(problem['detail']) ?? textOf(problem['title']) ?? `The gateway answered with status ${status}.`;
  const { errors, request_id, trace_id } = problem;
  const details = {
    status,
    ...(Array.isArray(errors) ? { errors } : {}),
    ...(textOf(request_id) === undefined ? {} : { request_id }),
    ...(textOf(trace_id) === undefined ? {} : { trace_id }),
  };
  const retryAfterSeconds = readRetryAfter(headers);
  return new AppError(code, kind, message, {
    details,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
