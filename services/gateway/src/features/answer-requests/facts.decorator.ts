import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '@countersign/shared/contracts';
import { allowSilence, type AskedRequest, requestContextOf } from '@countersign/shared/http';
import { AppError } from '@countersign/shared/kernel';
import type { NonceClaim } from '../../domain/nonce-claim.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

/** What the guard found out travels on the request under this key. */
export const principalKey = Symbol('principal');

/** Whose request this is, once the guard has found that out. */
export const principalOf = (request: AskedRequest): Principal | undefined =>
  (request as AskedRequest & { [principalKey]?: Principal })[principalKey];

/** The nonce that the handler of the request has to take. */
export const nonceKey = Symbol('nonce');

/** A request as the guards and the body parser leave it. */
type GuardedRequest = FastifyRequest & {
  rawBody?: Uint8Array;
  [principalKey]: Principal;
  [nonceKey]?: NonceClaim;
};

const nothing = new Uint8Array();

/**
 * The facts of a request that came over HTTP. A class, for its getter: one in an object literal makes V8 a hidden class
 * for every object, which holds the getter, and by it the request, until the next full collection.
 */
class HttpFacts implements RequestFacts {
  readonly principal: Principal;
  readonly nonce: NonceClaim | undefined;
  readonly rawBody: Uint8Array;
  readonly traceparent: string;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;

  constructor(request: GuardedRequest, reply: FastifyReply) {
    this.principal = request[principalKey];
    this.nonce = request[nonceKey];
    this.rawBody = request.rawBody ?? nothing;
    this.traceparent = requestContextOf(request).traceparent;
    this.#request = request;
    this.#reply = reply;
  }

  /** Made only for the few who look. */
  get signal(): AbortSignal {
    const reply = this.#reply.raw;
    const over = new AbortController();
    const abort = () => over.abort(new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'The caller went away.'));
    if (reply.closed) abort();
    else reply.once('close', abort);
    return over.signal;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  allowSilence(ms?: number): void {
    allowSilence(this.#reply, ms);
  }

  setHeader(name: string, value: string): void {
    void this.#reply.header(name, value);
  }

  setStatus(status: number): void {
    void this.#reply.status(status);
  }
}

/** The facts of the request, for a handler. */
export const Facts = createParamDecorator((_: unknown, context: ExecutionContext): RequestFacts => {
  const http = context.switchToHttp();
  return new HttpFacts(http.getRequest(), http.getResponse());
});
