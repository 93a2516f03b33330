import { copyFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../telemetry/index.ts';
import { createCertificates, type TestCertificates } from '../testing/create-certificates.ts';
import { createHttpApp } from './create-http-app.ts';
import { readTls } from './tls.ts';

@Controller()
class ProbeController {
  @Get('runbooks')
  read(): unknown {
    return { ok: true };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const logger = createLogger({ service: 'gateway', destination: { write: () => {} } });
let certificates: TestCertificates;
let app: NestFastifyApplication;
let port: number;
let files: { certFile: string; keyFile: string };

beforeAll(async () => {
  certificates = createCertificates();
  files = certificates.create('server');
  app = await createHttpApp(ProbeModule, {
    logger,
    tls: files,
    tlsReloadMs: 20,
    corsOrigins: ['https://console.example'],
    headersTimeoutMs: 500,
  });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as { port: number }).port;
});
afterAll(async () => {
  await app?.close();
  certificates?.remove();
});

/** What becomes of a handshake: the protocol, or why there was none. */
function shake(options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => {
      resolve(`${socket.getProtocol()} ${String(socket.getPeerCertificate().subject.CN)}`);
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
  });
}

function send(method = 'GET', headers: Record<string, string> = {}, path = '/runbooks') {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(
      { port, host: '127.0.0.1', rejectUnauthorized: false, method, path, headers, agent: false },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers }));
      },
    );
    sent.on('error', reject).end();
  });
}

describe('TLS', () => {
  it('is spoken in versions 1.2 and 1.3', async () => {
    expect(await shake({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2 server');
    expect(await shake({})).toBe('TLSv1.3 server');
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('is refused in version %s', async (version) => {
    const answer = await shake({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(answer).toMatch(/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
  });

  it.each(['AES128-SHA', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'NULL-SHA256'])(
    'is refused with the weak cipher %s',
    async (ciphers) => {
      const answer = await shake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` });
      expect(answer).toMatch(/HANDSHAKE_FAILURE|NO_CIPHER/);
    },
  );

  it('is the only thing that its port speaks: plain HTTP is cut off', async () => {
    const code = await new Promise((resolve) => {
      const sent = plainRequest({ port, host: '127.0.0.1', path: '/runbooks' }, (answer) => resolve(answer.statusCode));
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
    });
    expect(code).toMatch(/ECONNRESET|EPIPE/);
  });

  it('does not wait for ever for a handshake', async () => {
    const { connect: connectPlain } = await import('node:net');
    const started = performance.now();
    await new Promise((resolve) => {
      const mute = connectPlain(port, '127.0.0.1');
      mute.on('error', () => {}).on('close', resolve);
    });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('takes a renewed certificate without a restart, and no half of one', async () => {
    const renewed = certificates.create('renewed');
    copyFileSync(renewed.certFile, files.certFile);
    expect(await shake({})).toBe('TLSv1.3 server');
    copyFileSync(renewed.keyFile, files.keyFile);
    await expect.poll(() => shake({})).toBe('TLSv1.3 renewed');
  });

  it('does not start with files that do not belong together', () => {
    const other = certificates.create('other');
    expect(() => readTls({ ...other, keyFile: certificates.create('another').keyFile })).toThrowError(
      expect.objectContaining({ code: 'CONFIG.INVALID' }),
    );
    expect(() => readTls({ ...other, certFile: '/no/such/file' })).toThrowError();
  });
});

describe('every answer over TLS', () => {
  it.each(['/runbooks', '/no-such', '/runbooks?x=%zz'])(
    'to %s forbids all that a browser might do with it',
    async (path) => {
      const { headers } = await send('GET', {}, path);
      expect(headers).toMatchObject({
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      for (const name of ['server', 'x-powered-by', 'set-cookie']) expect(headers).not.toHaveProperty(name);
    },
  );
});

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    send('OPTIONS', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    });

  it('that is listed may call: preflight and answer name it, and never allow cookies', async () => {
    const { status, headers } = await preflight('https://console.example');
    expect(status).toBe(204);
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://console.example', vary: 'origin' });
    expect(headers['access-control-allow-headers']).toContain('authorization');
    const answer = await send('GET', { origin: 'https://console.example' });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://console.example', vary: 'origin' });
    for (const one of [headers, answer.headers]) expect(one).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each([
    'https://evil.example',
    'https://console.example.evil.example',
    'https://evil-console.example',
    'http://console.example',
    'https://console.example:8443',
    'HTTPS://CONSOLE.EXAMPLE',
    'null',
    '*',
  ])('that calls itself %s is told nothing', async (origin) => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(404);
    const answer = await send('GET', { origin });
    for (const one of [headers, answer.headers]) {
      expect(one).not.toHaveProperty('access-control-allow-origin');
      expect(one['vary']).toBe('origin');
    }
  });
});
