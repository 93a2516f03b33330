import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/index.ts';
import { limitBody } from './body-limits.ts';
import { answerClientError } from './client-error.ts';
import { closeMuteConnections } from './close-mute-connections.ts';
import { acceptStrictJsonOnly } from './json-body.ts';
import { nestLogger } from './nest-logger.ts';
import { ProblemDetailsFilter } from './problem-details.filter.ts';
import { replyWithProblem } from './reply-with-problem.ts';
import { beginRequest, contextKey, endRequest } from './request-context.ts';
import { requestIdOf } from './request-id.ts';
import { responseHeadersOf } from './response-headers.ts';
import { MediaAdapter } from './send-media.ts';

/** The bounds keep slow clients from holding connections; all times are milliseconds. */
export interface HttpAppOptions {
  logger: Logger;
  /** Most bytes of a body on a route for which the catalogue says nothing; 16 KiB by default. */
  bodyLimit?: number;
  /** Until the headers are complete; 10,000 by default. */
  headersTimeoutMs?: number;
  /** Until the whole request is there; 15,000 by default, less than a graceful stop waits. */
  requestTimeoutMs?: number;
  /** Of silence while a request is under way; 30,000 by default. */
  connectionTimeoutMs?: number;
  /** Of silence between requests; 72,000 by default, more than load balancers keep theirs. */
  keepAliveTimeoutMs?: number;
}

type Module = Parameters<typeof NestFactory.create>[0];

function createAdapter(options: HttpAppOptions): MediaAdapter {
  const headersTimeout = options.headersTimeoutMs ?? 10_000;
  const adapter = new MediaAdapter({
    bodyLimit: options.bodyLimit ?? 16 * 1024,
    requestTimeout: options.requestTimeoutMs ?? 15_000,
    connectionTimeout: options.connectionTimeoutMs ?? 30_000,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 72_000,
    http: { headersTimeout, connectionsCheckingInterval: Math.min(5_000, Math.ceil(headersTimeout / 2)) },
    // While the app closes, what is already on its way is answered; Fastify's own 503 is no problem document.
    return503OnClosing: false,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: 256 },
    // We use no Nest middleware; its engine would cost every request.
    skipMiddie: true,
    clientErrorHandler: answerClientError,
    // The router refuses a malformed URL before any hook runs.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      replyWithProblem(error, request, reply, options.logger);
      endRequest(request, reply);
    },
  });
  adapter.failureLogger = options.logger;
  return adapter;
}

/** Synchronous, each: they run for every request. */
function addHooks(fastify: FastifyInstance): void {
  fastify.decorateRequest(contextKey, null);
  fastify.decorateRequest('rawBody', undefined);
  fastify.addHook('onRoute', limitBody);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(responseHeadersOf(beginRequest(request)));
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    endRequest(request, reply);
    done();
  });
}

/**
 * A Nest application on Fastify that keeps our rules for HTTP: strict JSON only (`request.rawBody` keeps the bytes), what
 * is a `MediaAnswer` is sent as that, body limits of the route catalogue, problem details for every failure, `x-request-id` and `traceparent` on every
 * answer, a server span per request, bounds on slow clients. Not listening yet.
 */
export async function createHttpApp(module: Module, options: HttpAppOptions): Promise<NestFastifyApplication> {
  const adapter = createAdapter(options);
  const fastify = adapter.getInstance();
  addHooks(fastify);
  acceptStrictJsonOnly(fastify);
  closeMuteConnections(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(options.logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemDetailsFilter(options.logger));
  return app;
}
