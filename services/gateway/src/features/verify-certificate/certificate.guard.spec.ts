import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { type CanActivate, Controller, type ExecutionContext, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '@countersign/shared/contracts';
import { createHttpApp } from '@countersign/shared/http';
import { createLogger } from '@countersign/shared/telemetry';
import { createCertificates, type TestCertificates } from '@countersign/shared/testing';
import { principalKey } from '../answer-requests/facts.decorator.ts';
import { CertificateGuard, certificatesAreAsked } from './certificate.guard.ts';

/** Plays the guard before: the key of a principal is its kind and id. */
class PlayedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const asked = context.switchToHttp().getRequest<{ headers: Record<string, string>; [principalKey]?: Principal }>();
    const [kind, id] = asked.headers['x-api-key']!.split(' ');
    asked[principalKey] = { kind, id } as Principal;
    return true;
  }
}

@Controller()
class ProbeController {
  @Get('runbooks')
  read(): unknown {
    return {};
  }
}

@Module({
  controllers: [ProbeController],
  providers: [
    { provide: certificatesAreAsked, useValue: true },
    { provide: APP_GUARD, useClass: PlayedGuard },
    { provide: APP_GUARD, useClass: CertificateGuard },
  ],
})
class ProbeModule {}

let own: TestCertificates;
let foreign: TestCertificates;
let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  [own, foreign] = [createCertificates(), createCertificates()];
  app = await createHttpApp(ProbeModule, {
    logger: createLogger({ service: 'gateway', destination: { write() {} } }),
    tls: { ...own.create('localhost'), clientCaFile: own.caFile },
  });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as { port: number }).port;
});
afterAll(async () => {
  await app?.close();
  own?.remove();
  foreign?.remove();
});

function read(principal: string, shown?: { certFile: string; keyFile: string }): Promise<[number, string | undefined]> {
  const files = shown && { cert: readFileSync(shown.certFile), key: readFileSync(shown.keyFile) };
  const options = { port, host: '127.0.0.1', path: '/runbooks', rejectUnauthorized: false, agent: false, ...files };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, headers: { 'x-api-key': principal } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve([answer.statusCode!, (JSON.parse(text) as { error_code?: string }).error_code]));
    });
    sent.on('error', reject).end();
  });
}
const refused = [401, 'AUTH.CERTIFICATE_INVALID'];

describe('the certificate of an appliance', () => {
  it('lets its own principal in', async () => {
    expect((await read('appliance box-1', own.create('box-1')))[0]).toBe(200);
  });

  it('is wanted of every appliance: a stolen key alone is of no use', async () => {
    expect(await read('appliance box-1')).toEqual(refused);
  });

  it('that is good, but that of another, is refused with this key', async () => {
    expect(await read('appliance box-1', own.create('box-2'))).toEqual(refused);
  });

  it('that somebody else signed is refused, whatever name it bears', async () => {
    expect(await read('appliance box-1', foreign.create('box-1'))).toEqual(refused);
  });

  it('is not wanted of people, but may not be that of another', async () => {
    expect((await read('administrator ann'))[0]).toBe(200);
    expect(await read('administrator ann', own.create('box-3'))).toEqual(refused);
  });
});
