import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module, Query, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { allowSilence } from './allow-silence.ts';
import { createHttpApp } from './create-http-app.ts';

const usualMs = 100;

@Controller()
class SlowController {
  @Get('slow')
  async slow(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply) {
    if (query['first']) allowSilence(reply, Number(query['first']));
    await delay(usualMs * 3);
    if (query['again']) allowSilence(reply);
    await delay(query['again'] ? usualMs * 3 : 0);
    return { done: true };
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  const logger = createLogger({ service: 'gateway', destination: { write: () => {} } });
  app = await createHttpApp(SlowModule, { logger, connectionTimeoutMs: usualMs });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}/slow`;
});
afterAll(() => app.close());

describe('a connection that is silent', () => {
  it('is cut after the usual time', async () => {
    await expect(fetch(url)).rejects.toThrow();
  });

  it('is kept as long as its handler says', async () => {
    expect(await (await fetch(`${url}?first=5000`)).json()).toEqual({ done: true });
  });

  it('is cut again after the usual time when its handler says so', async () => {
    await expect(fetch(`${url}?first=5000&again=1`)).rejects.toThrow();
  });
});
