import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/index.ts';

const mostHeaders = 100;
const longestUrl = 4_096;
/** As much of a refused body is read, so that a client that is still sending gets its answer and not a broken pipe. */
const mostUnread = 1 << 20;

function refusalOf({ raw, headers }: FastifyRequest): AppError | undefined {
  if ((raw.url?.length ?? 0) > longestUrl) {
    return new AppError('REQUEST.TOO_LARGE', 'too-large', `A URL has ${longestUrl} characters at most.`);
  }
  if (raw.rawHeaders.length > 2 * mostHeaders) {
    return new AppError('REQUEST.TOO_LARGE', 'too-large', `A request has ${mostHeaders} headers at most.`);
  }
  // A few bytes of gzip become gigabytes, so we unpack nothing.
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new AppError('REQUEST.UNSUPPORTED_MEDIA_TYPE', 'unsupported', 'Bodies are taken as they are, not packed.');
  }
  return undefined;
}

/** Refuses what no honest client sends, before a byte of the body is read. How large headers may be together: `http.maxHeaderSize`. */
export function boundRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => done(refusalOf(request)));
  fastify.addHook('onSend', ({ raw, headers }, reply, payload, done) => {
    // Node would read the rest of a refused body, as much as comes until the request times out.
    const isEndless = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > mostUnread;
    if (reply.statusCode >= 400 && isEndless && !raw.complete) reply.header('connection', 'close');
    done(null, payload);
  });
}
