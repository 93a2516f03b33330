import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../kernel/index.ts';
import { toProblem } from './problem.ts';
import { noteErrorCode, requestContextOf } from './request-context.ts';
import { responseHeadersOf } from './response-headers.ts';

/** What the first answer said of itself, and the second does not. */
const forgotten = ['www-authenticate', 'content-length', 'content-disposition', 'cache-control', 'etag'];

/** In `onSend`: the answer becomes a refusal; nothing of the first one is told. Returns what is sent. */
export function answerInstead(
  reply: FastifyReply,
  request: FastifyRequest,
  refusal: AppError,
  payload: unknown,
): string {
  if (payload instanceof Readable) payload.destroy();
  const context = requestContextOf(request);
  const { requestId, traceId } = context;
  const instance = (request.url.split('?', 1)[0] ?? '').slice(0, 256);
  const { status, headers, body } = toProblem(refusal, { requestId, traceId, instance });
  noteErrorCode(request, body.error_code);
  for (const name of forgotten) reply.removeHeader(name);
  void reply.code(status).headers(responseHeadersOf(context)).headers(headers).type('application/problem+json');
  return JSON.stringify(body);
}
