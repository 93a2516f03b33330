import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/index.ts';
import { logFailure } from './log-failure.ts';
import { expectedFailureOf, toProblem } from './problem.ts';
import { noteErrorCode, noteFailure, requestContextOf } from './request-context.ts';
import { responseHeadersOf } from './response-headers.ts';

const longestPath = 256;

/** The path without its query, which may hold what was meant for a header. */
const pathOf = (url: string): string => (url.split('?', 1)[0] ?? '').slice(0, longestPath);

/** Answers a request that failed, in whatever way, with problem details. What is our fault is logged with its causes. */
export function replyWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const context = requestContextOf(request);
  const { requestId, traceId, traceparent } = context;
  const { status, headers, body } = toProblem(error, { requestId, traceId, instance: pathOf(request.url) });
  noteErrorCode(request, body.error_code);
  if (status >= 500) {
    noteFailure(request, error);
    const { method, routeOptions } = request;
    logFailure(expectedFailureOf(error), { error, requestId, traceparent, method, route: routeOptions?.url }, logger);
  }
  if (reply.sent) {
    return;
  }
  // Requests that the router refuses by itself pass no hook, so the headers of every answer are set again.
  void reply
    .code(status)
    .headers(responseHeadersOf(context))
    .headers(headers)
    .type('application/problem+json')
    .send(JSON.stringify(body));
}
