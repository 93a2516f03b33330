import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { routeCatalog, type RouteContract } from '../contracts/index.ts';
import { AppError } from '../kernel/index.ts';

/** What a multipart envelope may add to the files in it: boundaries, headers, the small fields. */
const envelopeBytes = 16 * 1024;

const limits = new Map<string, RouteContract>(
  Object.values(routeCatalog).map((route) => [
    `${route.method} ${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    route satisfies RouteContract,
  ]),
);

const tooLong = (most: number): AppError =>
  new AppError('REQUEST.TOO_LARGE', 'too-large', `The route takes ${most} bytes at most.`);

/** For bodies that Fastify does not read itself. One that does not say how long it is is counted while somebody reads it. */
function refuseLongerThan(most: number) {
  return ({ raw, headers }: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const length = headers['content-length'];
    if (length === undefined) {
      let received = 0;
      // Whoever listens to data sets it flowing; so nobody listens before the reader does.
      raw.once('resume', () =>
        raw.on('data', (piece: Buffer) => {
          const before = received;
          received += piece.length;
          if (before <= most && received > most && !reply.sent) void reply.send(tooLong(most));
        }),
      );
    }
    done(Number(length ?? 0) > most ? tooLong(most) : undefined);
  };
}

/**
 * For `onRoute`: gives each route of the catalogue its own limit, which Fastify holds while it reads, before it has
 * buffered more. Multipart bodies are read by their plugin; what is too long by its own account is refused before.
 */
export function limitBody(route: RouteOptions): void {
  const methods = Array.isArray(route.method) ? route.method : [route.method];
  const contract = methods.map((method) => limits.get(`${method} ${route.url}`)).find((found) => found !== undefined);
  if (contract?.maxBytes === undefined) {
    return;
  }
  if (contract.keepsText === true) route.config = Object.assign({}, route.config, { keepsText: true });
  route.bodyLimit = contract.multipart === true ? contract.maxBytes + envelopeBytes : contract.maxBytes;
  if (contract.multipart === true) {
    route.onRequest = refuseLongerThan(route.bodyLimit);
  }
}
