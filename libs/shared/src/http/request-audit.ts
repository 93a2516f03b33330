import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppError } from '../kernel/index.ts';
import { answerInstead } from './answer-instead.ts';
import { clientAddressOf } from './client-address.ts';
import { errorCodeOf, requestContextOf } from './request-context.ts';

/** What of a request tells who asked for what. */
export type AskedRequest = Pick<FastifyRequest, 'method' | 'headers' | 'params' | 'query' | 'body'> & {
  readonly routeOptions?: { readonly url?: string | undefined } | undefined;
};

/** A request that passed the router. */
export interface NotedRequest {
  request: AskedRequest;
  /** As it is counted; see `countedAddress`. */
  address: string;
  requestId: string;
  traceparent: string;
}

/** A request that was refused. */
export interface RefusedRequest extends Omit<NotedRequest, 'request'> {
  /** Undefined for what never became a request: bytes that are no HTTP. */
  request: AskedRequest | undefined;
  status: number;
  code: string;
}

/** Who writes down what was refused, and what was read. */
export interface RequestAudit {
  /** Called once, when it is known how the request is answered, whether or not anybody still listens. Must not throw. */
  noteRefusal(refused: RefusedRequest): void;
  /**
   * Asked before a good answer leaves. Undefined: it may go. Else it waits, and what this resolves to is answered in its
   * place. Must not reject.
   */
  noteAnswer(answered: NotedRequest): Promise<AppError | undefined> | undefined;
}

/** Faults of ours are no refusals; that somebody comes too often is one, whatever its status. */
const isRefusal = (status: number, code: string): boolean =>
  (status >= 400 && status < 500) || (status === 503 && code.startsWith('LIMIT.'));

/** To be added after everything else that changes answers. Without work for requests that are neither refused nor audited. */
export function auditRequests(fastify: FastifyInstance, audit: RequestAudit, hops: number): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const status = reply.statusCode;
    if (status >= 400) {
      noteRefusedRequest(audit, request, status, hops);
      done(null, payload);
      return;
    }
    const noted = audit.noteAnswer(describe(request, hops));
    if (noted === undefined) {
      done(null, payload);
      return;
    }
    void (async () => {
      const refusal = await noted;
      done(null, refusal === undefined ? payload : answerInstead(reply, request, refusal, payload));
    })();
  });
}

/** Also for what the router refuses by itself, which passes no hook. */
export function noteRefusedRequest(audit: RequestAudit, request: FastifyRequest, status: number, hops: number): void {
  const code = errorCodeOf(request) ?? 'INTERNAL.UNEXPECTED';
  if (!isRefusal(status, code)) return;
  audit.noteRefusal({ ...describe(request, hops), status, code });
}

function describe(request: FastifyRequest, hops: number): NotedRequest {
  const { requestId, traceparent } = requestContextOf(request);
  return { request, address: clientAddressOf(request, hops), requestId, traceparent };
}
