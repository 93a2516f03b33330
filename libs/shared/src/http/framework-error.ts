import { AppError } from '../kernel/index.ts';

/** Errors of Fastify and its plugins that mean something else than their status says. */
const byCode: Readonly<Record<string, () => AppError>> = {
  FST_ERR_BAD_URL: () => new AppError('REQUEST.INVALID', 'invalid', 'The URL holds an invalid escape.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new AppError('REQUEST.INVALID', 'invalid', 'A part of the path is too long.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new AppError('REQUEST.INVALID', 'invalid', 'The body is not as long as `content-length` says.'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: () =>
    new AppError('REQUEST.UNSUPPORTED_MEDIA_TYPE', 'unsupported', 'The route takes `multipart/form-data`.'),
};

const byStatus: Readonly<Record<number, () => AppError>> = {
  401: () => new AppError('AUTH.MISSING_CREDENTIAL', 'unauthenticated', 'The request carries no credential.'),
  403: () => new AppError('AUTH.SCOPE_MISSING', 'forbidden', 'The credential does not allow this.'),
  404: () => new AppError('REQUEST.NOT_FOUND', 'not-found', 'There is no such route.'),
  413: () => new AppError('REQUEST.TOO_LARGE', 'too-large', 'The body is larger than the route takes.'),
  415: () =>
    new AppError('REQUEST.UNSUPPORTED_MEDIA_TYPE', 'unsupported', 'The route does not take this content type.'),
};

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function statusOf(error: Record<string, unknown>): unknown {
  return typeof error['getStatus'] === 'function'
    ? (error as { getStatus(): unknown }).getStatus()
    : error['statusCode'];
}

/**
 * What a client error of Nest or Fastify means in our words, or undefined for anything else. Their messages are
 * dropped: they quote the URL and the body.
 */
export function asFrameworkError(error: unknown): AppError | undefined {
  const status = statusOf(record(error));
  if (typeof status !== 'number' || status < 400 || status > 499) {
    return undefined;
  }
  const code = record(error)['code'] ?? record(record(error)['cause'])['code'];
  const known = (typeof code === 'string' ? byCode[code] : undefined) ?? byStatus[status];
  return known?.() ?? new AppError('REQUEST.INVALID', 'invalid', 'The request cannot be understood.');
}
