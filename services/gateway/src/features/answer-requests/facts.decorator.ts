import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '@countersign/shared/contracts';
import { allowSilence, requestContextOf } from '@countersign/shared/http';
import { AppError } from '@countersign/shared/kernel';
import type { NonceClaim } from '../../domain/nonce-claim.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

/** What the guard found out travels on the request under this key. */
export const principalKey = Symbol('principal');

/** The nonce that the handler of the request has to take. */
export const nonceKey = Symbol('nonce');

const nothing = new Uint8Array();

/** The facts of the request, for a handler. */
export const Facts = createParamDecorator((_: unknown, context: ExecutionContext): RequestFacts => {
  const http = context.switchToHttp();
  const request = http.getRequest<
    FastifyRequest & { rawBody?: Uint8Array; [principalKey]: Principal; [nonceKey]?: NonceClaim }
  >();
  const reply = http.getResponse<FastifyReply>();
  return {
    principal: request[principalKey],
    nonce: request[nonceKey],
    rawBody: request.rawBody ?? nothing,
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    traceparent: requestContextOf(request).traceparent,
    // Made only for the few who look.
    get signal() {
      return signalOf(reply);
    },
    allowSilence: (ms) => allowSilence(reply, ms),
    setHeader: (name, value) => void reply.header(name, value),
    setStatus: (status) => void reply.status(status),
  };
});

function signalOf(reply: FastifyReply): AbortSignal {
  const over = new AbortController();
  const abort = () => over.abort(new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'The caller went away.'));
  if (reply.raw.closed) abort();
  else reply.raw.once('close', abort);
  return over.signal;
}
