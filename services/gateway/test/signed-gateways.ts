import { request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { type AddressLimits, createHttpApp } from '@countersign/shared/http';
import { createLogger } from '@countersign/shared/telemetry';
import { AppModule, type GatewayParts } from '../src/app.module.ts';
import { IntakeRepository } from '../src/persistence/intake.repository.ts';
import { PrincipalRepository } from '../src/persistence/principal.repository.ts';
import type { Message } from './signed-messages.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A gateway on a database, before services that are played; `counted` names the principals whose requests were counted. */
export interface PlayedGateway {
  call(message: Message): Promise<Answer>;
  asked: string[];
  counted: string[];
  close(): Promise<void>;
}

const logger = createLogger({ service: 'gateway', level: 'fatal' });
export const windowSeconds = 300;

export async function startGateway(
  pool: Pool,
  databaseUrl: string,
  addressLimits?: AddressLimits,
): Promise<PlayedGateway> {
  const principals = new PrincipalRepository(pool, databaseUrl, logger);
  const listening = principals.listen();
  while (!principals.isListening()) await delay(10);
  const asked: string[] = [];
  const counted: string[] = [];
  const limit = { name: 'site-reports', limit: 1_000, windowSeconds: 300 };
  const parts = {
    settings: { SIGNATURE_WINDOW_SECONDS: windowSeconds, REPLY_WAIT_MS: 0, INTAKE_BACKLOG_LIMIT: 1_000 },
    pool,
    issuers: [],
    principals,
    intake: new IntakeRepository(pool, { requests: limit.limit, windowSeconds: limit.windowSeconds }),
    inbox: { subject: 'x', wait: async () => undefined },
    limits: {
      policies: { 'site-reports': limit },
      statistics: { allow() {}, block() {} },
      addresses: {},
      limitPrincipal: (_: unknown, id: string) => void counted.push(id),
    },
    messaging: {
      downloads: {},
      publish() {},
      relay: { unpublished: () => ({ unpublished: 0 }) },
      requester: {
        async ask(name: string, question: Record<string, unknown>) {
          asked.push(name);
          if (name === 'rpc.orders.poll.v1') return { orders: [], etag: '"x"' };
          return { status: 'acknowledged', order_id: question['order_id'], timestamp: new Date().toISOString() };
        },
      },
    },
  } as unknown as GatewayParts;
  const app: NestFastifyApplication = await createHttpApp(AppModule.with(parts), {
    logger,
    // So that each test has addresses of its own.
    ...(addressLimits && { addressLimits, proxyHops: 1 }),
  });
  await app.register(multipart, { limits: { fileSize: 1_048_576, files: 2, fields: 0, parts: 2 } });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    call: (message) => exchange(port, message),
    asked,
    counted,
    async close() {
      await app.close();
      await principals.close();
      await listening;
    },
  };
}

function exchange(port: number, { method, target, headers, body }: Message): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const lines = [...headers, ['Host', 'gateway'], ['Connection', 'close']];
    if (body !== undefined && !headers.some(([name]) => /^content-length$/i.test(name))) {
      lines.push(['Content-Length', String(Buffer.byteLength(body))]);
    }
    const out = send({ port, host: '127.0.0.1', method, path: target, headers: lines.flat(), agent: false });
    out.on('error', reject);
    out.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode!, body: parse(text) }));
      response.on('error', reject);
    });
    out.end(body);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
