import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  attributes as names,
  newTraceparent,
  parseTraceparent,
  recordLate,
  type Span,
  startSpan,
  traceIdOf,
  type Traceparent,
  wallClock,
} from '../telemetry/index.ts';

/** What belongs to one request from its first byte to the end of its answer. */
export interface RequestContext {
  readonly requestId: string;
  /** Of the server span; pass it on. */
  readonly traceparent: Traceparent;
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const slowMs = 1_000;
/** Probes come every few seconds for ever; a trace of each would be noise. */
const untraced = new Set(['/livez', '/readyz', '/startupz', '/health']);

/** Where a request keeps its context; the app reserves it so that all requests keep one hidden class. */
export const contextKey = Symbol('countersign.request-context');

interface Carrier {
  [contextKey]?: LiveContext | null;
}

class LiveContext implements RequestContext {
  readonly requestId: string;
  readonly traceparent: Traceparent;
  readonly traceId: string;
  readonly startedAt: number;
  readonly #span: Span | undefined;
  readonly #name: string;
  readonly #isRoot: boolean;
  error: unknown;
  errorCode: string | undefined;

  constructor(request: FastifyRequest) {
    const route = request.routeOptions?.url;
    const parent = parseTraceparent(request.headers['traceparent']);
    this.requestId = request.id;
    this.startedAt = wallClock();
    this.#isRoot = parent === undefined;
    this.#name = route === undefined ? request.method : `${request.method} ${route}`;
    if (route !== undefined && untraced.has(route)) {
      this.traceparent = parent ?? newTraceparent(false);
    } else {
      this.#span = startSpan(this.#name, { kind: 'server', parent, startTime: this.startedAt });
      this.traceparent = this.#span.traceparent;
    }
    this.traceId = traceIdOf(this.traceparent);
  }

  end(request: FastifyRequest, status: number): void {
    const span = this.#span;
    if (span === undefined) {
      return;
    }
    const endTime = wallClock();
    // An answer that broke off had begun with 200.
    const failure = this.error ?? (status < 500 ? undefined : new Error(`The answer has status ${status}.`));
    if (span.sampled) {
      span.setAttributes(this.#attributes(request, status));
      if (failure !== undefined) {
        span.fail(failure);
      }
      span.end(endTime);
    } else if (failure !== undefined || endTime - this.startedAt > slowMs) {
      const { traceparent, startedAt } = this;
      recordLate({
        name: this.#name,
        startTime: startedAt,
        endTime,
        traceparent,
        root: this.#isRoot,
        attributes: this.#attributes(request, status),
        error: failure,
      });
    }
  }

  /** The path is told by its template: what stands in its place names sites. */
  #attributes(request: FastifyRequest, status: number): Record<string, string | number | undefined> {
    const route = request.routeOptions?.url;
    return {
      [names.httpMethod]: request.method,
      [names.httpRoute]: route,
      [names.urlPath]: route,
      [names.httpStatus]: status,
      [names.requestId]: this.requestId,
    };
  }
}

function liveContextOf(request: FastifyRequest): LiveContext {
  const carrier = request as Carrier;
  return (carrier[contextKey] ??= new LiveContext(request));
}

/** The context of a request that came in through an app of `createHttpApp`. */
export const requestContextOf = (request: FastifyRequest): RequestContext => liveContextOf(request);

/** Notes what made an answer a 5xx, or broke it off, for the span of the request. */
export function noteFailure(request: FastifyRequest, error: unknown): void {
  liveContextOf(request).error = error;
}

/** Notes the `error_code` that a request is answered with. */
export function noteErrorCode(request: FastifyRequest, code: string): void {
  liveContextOf(request).errorCode = code;
}

/** The `error_code` of a refused request; undefined while it is not refused. */
export const errorCodeOf = (request: FastifyRequest): string | undefined => liveContextOf(request).errorCode;

/** Begins the context of a request; called first for each. */
export function beginRequest(request: FastifyRequest): RequestContext {
  const context = new LiveContext(request);
  (request as Carrier)[contextKey] = context;
  return context;
}

/** Ends the span of a request. */
export const endRequest = (request: FastifyRequest, reply: FastifyReply): void =>
  liveContextOf(request).end(request, reply.statusCode);
