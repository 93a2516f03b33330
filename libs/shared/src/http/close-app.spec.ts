import { connect, type Socket } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { createHttpApp } from './create-http-app.ts';

const waiting: (() => void)[] = [];

@Controller()
class SlowController {
  @Get('stats')
  async stats(): Promise<unknown> {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return {};
  }

  @Get('runbooks')
  runbooks(): unknown {
    return {};
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {}

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

async function start(): Promise<{
  app: NestFastifyApplication;
  open: () => { socket: Socket; received: () => string };
}> {
  const logger = createLogger({ service: 'x', destination: { write: () => {} } });
  const app = await createHttpApp(SlowModule, { logger });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const open = () => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('error', () => {});
    return { socket, received: () => text };
  };
  return { app, open };
}

describe('closing the app', () => {
  it('answers what is under way and then closes, although clients keep their connections', async () => {
    const { app, open } = await start();
    const idle = open();
    idle.socket.write(ask('/runbooks'));
    await expect.poll(idle.received).toContain('200 OK');
    const busy = open();
    busy.socket.write(ask('/stats'));
    await expect.poll(() => waiting.length).toBe(1);
    const closed = app.close();
    waiting.pop()?.();
    await closed;
    await expect.poll(busy.received).toContain('200 OK');
  }, 3_000);

  it('serves a request that comes on a kept connection while another is still being answered', async () => {
    const { app, open } = await start();
    const busy = open();
    busy.socket.write(ask('/stats'));
    await expect.poll(() => waiting.length).toBe(1);
    const closed = app.close();
    busy.socket.write(ask('/runbooks'));
    waiting.pop()?.();
    await closed;
    expect(busy.received()).not.toContain('503');
  }, 3_000);

  it('does not wait for connections that were opened in advance and say nothing', async () => {
    const { app, open } = await start();
    const mute = open();
    await expect.poll(() => mute.socket.readyState).toBe('open');
    await app.close();
  }, 3_000);
});
