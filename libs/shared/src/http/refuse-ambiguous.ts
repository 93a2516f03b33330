import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/index.ts';

/**
 * Headers that count once. Of some Node keeps the first and drops the others in silence, and who stands before us may
 * have looked at the last.
 */
const single = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'x-api-key',
  'x-bundle-hash',
  'x-bundle-id',
  'x-client-id',
  'x-request-id',
  'x-signature-hash',
]);

const escapedControl = /%(?:[01][0-9a-f]|7f)/i;

const refuse = (message: string): AppError => new AppError('REQUEST.INVALID', 'invalid', message);

function refusalOfHeaders({ raw, headers }: FastifyRequest): AppError | undefined {
  const { rawHeaders } = raw;
  if (rawHeaders.length === 2 * Object.keys(headers).length) return undefined;
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (seen.has(name) && single.has(name)) return refuse(`The header ${name} stands twice.`);
    seen.add(name);
  }
  return undefined;
}

/** The text of a name or value in a query; undefined when its escapes are no UTF-8. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function refusalOfQuery(query: string): AppError | undefined {
  const names = new Set<string>();
  for (const part of query.split('&')) {
    const end = part.indexOf('=');
    const name = decode(end === -1 ? part : part.slice(0, end));
    const value = end === -1 ? '' : decode(part.slice(end + 1));
    if (name === undefined || value === undefined) return refuse('The query holds an escape that is no UTF-8.');
    if (part !== '' && names.has(name)) return refuse('A parameter stands twice in the query.');
    names.add(name);
  }
  return undefined;
}

function refusalOf(request: FastifyRequest): AppError | undefined {
  const url = request.raw.url ?? '';
  // NUL among them; PostgreSQL takes none, and a log line must not be broken.
  if (url.includes('%') && escapedControl.test(url)) return refuse('The URL holds a control character.');
  const query = url.indexOf('?');
  return refusalOfHeaders(request) ?? (query === -1 ? undefined : refusalOfQuery(url.slice(query + 1)));
}

/** Refuses requests that two readers could read in two ways: repeated parameters and headers, escapes of no character. */
export function refuseAmbiguous(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => done(refusalOf(request)));
}
