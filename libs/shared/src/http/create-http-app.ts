import type { Server } from 'node:tls';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../telemetry/index.ts';
import { type AddressLimits, limitAddresses } from './address-limits.ts';
import { limitBody } from './body-limits.ts';
import { createAnswerClientError } from './client-error.ts';
import { closeMuteConnections } from './close-mute-connections.ts';
import { allowOrigins } from './cors.ts';
import { acceptStrictJsonOnly } from './json-body.ts';
import { nestLogger } from './nest-logger.ts';
import { ProblemDetailsFilter } from './problem-details.filter.ts';
import { replyWithProblem } from './reply-with-problem.ts';
import { auditRequests, noteRefusedRequest, type RequestAudit } from './request-audit.ts';
import { refuseAmbiguous } from './refuse-ambiguous.ts';
import { beginRequest, contextKey, endRequest } from './request-context.ts';
import { boundRequests } from './request-bounds.ts';
import { requestIdOf } from './request-id.ts';
import { responseHeadersOf, strictTransport } from './response-headers.ts';
import { MediaAdapter } from './send-media.ts';
import { followTlsFiles, readTls, type TlsFiles } from './tls.ts';

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
  /** Without it the app speaks plain HTTP. */
  tls?: TlsFiles | undefined;
  /** Between two looks whether the TLS files have changed; 10,000 by default. */
  tlsReloadMs?: number;
  /** Origins whose pages may call; none by default. */
  corsOrigins?: readonly string[];
  /** Our own proxies before the app, each of which appends to `X-Forwarded-For`; 0 by default: the header is not read. */
  proxyHops?: number;
  addressLimits?: AddressLimits;
  /** Told of what is refused and read; nobody by default. */
  audit?: RequestAudit;
}

type Module = Parameters<typeof NestFactory.create>[0];

function serverOptions({ tls }: HttpAppOptions, headersTimeout: number): object {
  const http = {
    headersTimeout,
    connectionsCheckingInterval: Math.min(5_000, Math.ceil(headersTimeout / 2)),
    maxHeaderSize: 16 * 1024,
  };
  if (tls === undefined) return { http };
  // Whether a certificate of a client is good is for the guard to say, which knows whom it belongs to.
  const clients = tls.clientCaFile === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
  return { https: { ...http, ...readTls(tls), ...clients, handshakeTimeout: headersTimeout } };
}

function createAdapter(options: HttpAppOptions): MediaAdapter {
  const headersTimeout = options.headersTimeoutMs ?? 10_000;
  const adapter = new MediaAdapter({
    bodyLimit: options.bodyLimit ?? 16 * 1024,
    requestTimeout: options.requestTimeoutMs ?? 15_000,
    connectionTimeout: options.connectionTimeoutMs ?? 30_000,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 72_000,
    ...serverOptions(options, headersTimeout),
    // While the app closes, what is already on its way is answered; Fastify's own 503 is no problem document.
    return503OnClosing: false,
    trustProxy: false,
    requestIdHeader: false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: 256 },
    // We use no Nest middleware; its engine would cost every request.
    skipMiddie: true,
    clientErrorHandler: createAnswerClientError(options.audit),
    // The router refuses a malformed URL before any hook runs.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      replyWithProblem(error, request, reply, options.logger);
      if (options.audit !== undefined) {
        noteRefusedRequest(options.audit, request, reply.statusCode, options.proxyHops ?? 0);
      }
      endRequest(request, reply);
    },
  });
  adapter.failureLogger = options.logger;
  return adapter;
}

/** Synchronous, each: they run for every request. */
function addHooks(
  fastify: FastifyInstance,
  { tls, corsOrigins = [], proxyHops = 0, addressLimits, audit }: HttpAppOptions,
): void {
  const ownHeaders = tls === undefined && proxyHops === 0 ? {} : { 'strict-transport-security': strictTransport };
  fastify.decorateRequest(contextKey, null);
  fastify.decorateRequest('rawBody', undefined);
  fastify.addHook('onRoute', limitBody);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(responseHeadersOf(beginRequest(request))).headers(ownHeaders);
    done();
  });
  if (corsOrigins.length > 0) allowOrigins(fastify, corsOrigins);
  if (addressLimits !== undefined) limitAddresses(fastify, addressLimits, proxyHops);
  if (audit !== undefined) auditRequests(fastify, audit, proxyHops);
  boundRequests(fastify);
  refuseAmbiguous(fastify);
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
  addHooks(fastify, options);
  acceptStrictJsonOnly(fastify);
  closeMuteConnections(fastify);
  if (options.tls !== undefined) {
    const stopFollowing = followTlsFiles(
      fastify.server as unknown as Server,
      options.tls,
      options.logger,
      options.tlsReloadMs,
    );
    fastify.addHook('onClose', (_, done) => {
      stopFollowing();
      done();
    });
  }
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(options.logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemDetailsFilter(options.logger));
  return app;
}
