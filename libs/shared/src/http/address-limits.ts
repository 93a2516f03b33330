import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppError } from '../kernel/index.ts';
import { answerInstead } from './answer-instead.ts';
import { clientAddressOf } from './client-address.ts';
import type { AskedRequest } from './request-audit.ts';

/** Who counts what addresses do before anybody knows who they are. */
export interface AddressLimits {
  /** Asked of every request, first of all: the refusal when the address is blocked. */
  refusalOf(address: string): AppError | undefined;
  /** Whether it came out whose request this is. Asked of a 401 only. */
  isKnown(request: AskedRequest): boolean;
  /**
   * Counts a request that failed and was not authenticated; resolves before its answer goes out, with what is answered
   * in its place when the address has failed too often. Must not reject.
   */
  countFailure(address: string): Promise<AppError | undefined>;
}

/** Whoever watches over us must not lose sight because a neighbour behind the same proxy misbehaves. */
const exempt = new Set(['/livez', '/readyz', '/startupz', '/health']);

const isExempt = (request: FastifyRequest): boolean => exempt.has(request.routeOptions.url ?? '');

/**
 * A failed login is a failure; so is any other refusal of a request without a credential. What somebody does wrong whose
 * credential is good (a signature that is missing, bad or used, another's certificate) is not: nobody is guessing, and a
 * broken box shall not shut out its neighbours behind one address. Nor is what a request with a credential says
 * wrongly before anybody has looked at that: it is the mistake of somebody we may know.
 */
function isFailure(request: FastifyRequest, status: number, limits: AddressLimits): boolean {
  if (status === 401) return !limits.isKnown(request);
  const isRefused = status >= 400 && status < 500 && status !== 429;
  const { headers } = request;
  return isRefused && headers.authorization === undefined && headers['x-api-key'] === undefined;
}

/** Turns blocked addresses away before their bodies are read, and has failures counted before they are answered. */
export function limitAddresses(fastify: FastifyInstance, limits: AddressLimits, hops: number): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const refusal = limits.refusalOf(clientAddressOf(request, hops));
    done(refusal !== undefined && !isExempt(request) ? refusal : undefined);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode < 400 || !isFailure(request, reply.statusCode, limits) || isExempt(request)) {
      done(null, payload);
      return;
    }
    void (async () => {
      const refusal = await limits.countFailure(clientAddressOf(request, hops));
      done(null, refusal === undefined ? payload : answerInstead(reply, request, refusal, payload));
    })();
  });
}
