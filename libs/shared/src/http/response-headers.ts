import type { RequestContext } from './request-context.ts';

/** Headers of every answer. It is an API: no answer is to be cached, framed, sniffed or run. */
export const responseHeadersOf = ({ requestId, traceparent }: RequestContext): Record<string, string> => ({
  'x-request-id': requestId,
  traceparent,
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
});
