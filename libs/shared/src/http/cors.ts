import type { FastifyInstance } from 'fastify';

/** Headers that a page may send, and read of an answer. */
const requestHeaders = [
  'authorization',
  'content-digest',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'signature',
  'signature-input',
  'traceparent',
  'x-api-key',
  'x-request-id',
].join(', ');
const answerHeaders = [
  'content-disposition',
  'etag',
  'ratelimit-limit',
  'ratelimit-policy',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'traceparent',
  'www-authenticate',
  'x-request-id',
].join(', ');
const rememberSeconds = '600';

/**
 * Lets pages of the listed origins call the API. To all others nothing is said, so their browser keeps the answer from
 * them; a preflight of theirs finds no route. Credentials are headers that a page sets itself: cookies are never
 * allowed, and an origin is compared as a whole, never by its end.
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  fastify.addHook('onRequest', (request, reply, done) => {
    // A cache must not give one origin's answer to another.
    reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) {
      done();
      return;
    }
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': answerHeaders });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      done();
      return;
    }
    void reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': rememberSeconds,
      })
      .send();
  });
}
