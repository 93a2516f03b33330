import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTraceSink, type TraceSink } from './start-trace-sink.ts';

const traceId = 'a'.repeat(32);
const body = JSON.stringify({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: 'b'.repeat(16), name: 'n' }] }] }],
});
const json = { 'content-type': 'application/json' };
let sink: TraceSink;

beforeAll(async () => {
  sink = await startTraceSink();
});
afterAll(() => sink.stop());

const post = (headers: Record<string, string>, sent: string | Uint8Array<ArrayBuffer>) =>
  fetch(`${sink.url}/v1/traces`, { method: 'POST', headers, body: sent });

describe('the trace sink', () => {
  it('keeps what is exported, plain and gzipped', async () => {
    expect((await post(json, body)).status).toBe(200);
    expect((await post({ ...json, 'content-encoding': 'gzip' }, gzipSync(body))).status).toBe(200);
    const found = (await (await fetch(`${sink.url}/traces/${traceId}`)).json()) as { spans: unknown[] };
    expect(found.spans).toHaveLength(2);
    expect(await (await fetch(`${sink.url}/traces?limit=1`)).json()).toMatchObject({
      traces: [{ trace_id: traceId, spans: 2, root: 'n' }],
    });
  });

  it('does not know a trace that nobody exported', async () => {
    expect((await fetch(`${sink.url}/traces/${'c'.repeat(32)}`)).status).toBe(404);
  });

  it('refuses what is not JSON, and lives on', async () => {
    expect((await post(json, '{')).status).toBe(400);
    expect((await post({ ...json, 'content-encoding': 'gzip' }, 'not gzip')).status).toBe(400);
    expect((await fetch(`${sink.url}/traces`)).status).toBe(200);
  });

  it('takes nothing from a web page, whose simple requests carry text/plain', async () => {
    expect((await post({ 'content-type': 'text/plain' }, body)).status).toBe(415);
  });

  it('answers no page that rebound its name to this address', async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${sink.url}/traces`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.once('error', reject);
      sent.end();
    });
    expect(status).toBe(403);
  });
});
