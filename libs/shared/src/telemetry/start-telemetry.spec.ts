import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { startSpan } from './start-span.ts';
import { startTelemetry } from './start-telemetry.ts';
import { traceIdOf } from './traceparent.ts';

interface Received {
  url: string | undefined;
  type: string | undefined;
  body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function startReceiver(status: number | 'silent'): Promise<{ endpoint: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      received.push({ url: request.url, type: request.headers['content-type'], body });
      if (status !== 'silent') {
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

describe('startTelemetry', () => {
  it('sends what is waiting as OTLP JSON to /v1/traces when it stops', async () => {
    const { endpoint, received } = await startReceiver(200);
    const telemetry = startTelemetry({ service: 'evidence', endpoint });
    const span = startSpan('vault.put', { kind: 'client' });
    span.end();
    await telemetry.shutdown();
    expect(received.map(({ url, type }) => [url, type])).toEqual([['/v1/traces', 'application/json']]);
    expect(received[0]?.body).toContain(traceIdOf(span.traceparent));
    expect(received[0]?.body).toContain('"evidence"');
  });

  it('stops within its bound although the receiver never answers', async () => {
    const { endpoint } = await startReceiver('silent');
    const telemetry = startTelemetry({ service: 'evidence', endpoint, shutdownMs: 100 });
    startSpan('x', { kind: 'internal' }).end();
    const before = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('says once that a receiver refuses spans, and stops', async () => {
    const { endpoint } = await startReceiver(400);
    const lines: string[] = [];
    const logger = createLogger({ service: 'x', destination: { write: (line) => lines.push(line) } });
    const telemetry = startTelemetry({ service: 'evidence', endpoint, logger });
    startSpan('x', { kind: 'internal' }).end();
    await telemetry.shutdown();
    expect(lines.filter((line) => line.includes('spans cannot be exported'))).toHaveLength(1);
  });

  it('records nothing without an endpoint', async () => {
    const telemetry = startTelemetry({ service: 'evidence' });
    expect(startSpan('x', { kind: 'internal' }).sampled).toBe(false);
    await telemetry.shutdown();
  });
});
