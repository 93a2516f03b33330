import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import { type OtlpTraces, readOtlpSpans } from './otlp-spans.ts';
import { createTraceStore, type TraceStore } from './trace-store.ts';

export interface TraceSink {
  /** Base URL, to be set as OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  port: number;
  stop: () => Promise<void>;
}

const maxBodyBytes = 32 << 20;
const bounds = { maxTraces: 5_000, maxBytes: 32 << 20 };

/**
 * A small stand-in for a tracing backend, on 127.0.0.1 and in memory only: POST /v1/traces takes OTLP/HTTP JSON,
 * GET /traces/<trace id> gives `{trace_id, spans, linked_spans}`, GET /traces?limit=20 lists the newest.
 */
export async function startTraceSink(): Promise<TraceSink> {
  const store = createTraceStore(bounds);
  const server = createServer((request, response) => {
    answer(store, request, response).catch(() => reply(response, 400, { error: 'not OTLP/HTTP JSON' }));
  });
  server.keepAliveTimeout = 60_000; // longer than exporters keep a connection: they must not meet a closed one
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(store: TraceStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A web page that rebinds its own name to this address must neither read nor write.
  if (!/^(127\.0\.0\.1|localhost)(:|$)/.test(request.headers.host ?? ''))
    return reply(response, 403, { error: 'unknown host' });
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'POST' && pathname === '/v1/traces') {
    if (!request.headers['content-type']?.startsWith('application/json'))
      return reply(response, 415, { error: 'application/json only' });
    const body = await readBody(request);
    store.add(readOtlpSpans(JSON.parse(body.toString('utf8')) as OtlpTraces), body.length);
    return reply(response, 200, {});
  }
  if (request.method === 'GET' && pathname === '/traces') {
    const limit = Number(searchParams.get('limit') ?? 20);
    return reply(response, 200, { traces: store.list(Number.isInteger(limit) && limit > 0 ? limit : 20) });
  }
  const traceId = /^\/traces\/([0-9a-f]{32})$/.exec(pathname)?.[1];
  const found = request.method === 'GET' && traceId !== undefined ? store.find(traceId) : undefined;
  if (!found) return reply(response, 404, { error: 'no such trace' });
  return reply(response, 200, { trace_id: traceId, spans: found.spans, linked_spans: found.linked });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const stream = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
