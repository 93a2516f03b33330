import type { RequestContext } from './request-context.ts';

/** A year, as the preload lists want it. */
export const strictTransport = 'max-age=31536000; includeSubDomains';

/** Headers of every answer. It is an API: no answer is to be cached, framed, sniffed or run, nor its address told. */
export const responseHeadersOf = ({ requestId, traceparent }: RequestContext): Record<string, string> => ({
  'x-request-id': requestId,
  traceparent,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
});
