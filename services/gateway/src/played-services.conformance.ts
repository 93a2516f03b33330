import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type Principal, scopesOfKind } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { createHttpApp } from '@countersign/shared/http';
import type { Messaging } from '@countersign/shared/messaging';
import { createLogger } from '@countersign/shared/telemetry';
import { AppModule, type GatewayParts } from './app.module.ts';

/** The gateway's routes with its guard, before services that a spec plays. A credential is the name of its principal. */
const principal = (kind: Principal['kind'], siteId: string | null = null): Principal => ({
  id: `00000000-0000-4000-8000-00000000000${Object.keys(scopesOfKind).indexOf(kind)}`,
  kind,
  name: kind,
  siteId,
  namespace: 'default',
  scopes: scopesOfKind[kind],
  hostId: null,
  epoch: null,
  publicKey: null,
  policy: null,
});
export const principals: Record<string, Principal> = {
  auditor: principal('auditor'),
  operator: principal('operator'),
  box: principal('appliance', 'clinic-7'),
  admin: principal('administrator'),
  boundAdmin: principal('administrator', 'clinic-7'),
};
const byDigest = new Map(Object.entries(principals).map(([key, one]) => [sha256Hex(key), one]));

export const ask = vi.fn<(name: string, item: unknown, options: unknown) => Promise<unknown>>();
export const open = vi.fn<(name: string, item: unknown, options: unknown) => Promise<AsyncIterable<Uint8Array>>>();
export async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

let app: NestFastifyApplication;
/** To be called once by the spec. */
export function playServices(): void {
  beforeAll(async () => {
    const parts = {
      settings: {},
      messaging: { requester: { ask }, downloads: { open } } as unknown as Messaging,
      inbox: { subject: 'x' },
      limits: { policies: {}, limitPrincipal: () => undefined, addresses: {} },
      principals: {
        onKeyChange() {},
        isListening: () => false,
        findByKeyDigests: async (digests: readonly string[]) => digests.map((digest) => byDigest.get(digest)),
      },
    } as unknown as GatewayParts;
    const logger = createLogger({ service: 'gateway', destination: { write() {} } });
    app = await createHttpApp(AppModule.with(parts), { logger });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    ask.mockReset().mockRejectedValue(new Error('not asked for'));
    open.mockReset().mockRejectedValue(new Error('not asked for'));
  });
}

export interface Call {
  as?: string;
  body?: object;
  accept?: string;
}

export async function call(url: string, { as, body, accept }: Call = {}) {
  const headers = { ...(as && { authorization: `Bearer ${as}` }), ...(accept && { accept }) };
  const response = await app.inject({ method: body ? 'POST' : 'GET', url, headers, ...(body && { payload: body }) });
  const isJson = /json/.test(String(response.headers['content-type']));
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: isJson ? response.json<Record<string, unknown>>() : undefined,
  };
}
