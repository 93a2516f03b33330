import { describe, expect, it } from 'vitest';
import { loadConfig } from '@countersign/shared/config';
import { gatewaySettings } from './gateway.config.ts';
import { limitsOf } from './limits.config.ts';
import { transportOf } from './transport.config.ts';

const needed = {
  DATABASE_URL: 'postgres://r:p@h:5432/countersign',
  NATS_URL: 'nats://a:b@h:4222',
  JWT_SECRET: 's'.repeat(64),
};
const load = (settings: Record<string, string>) => loadConfig(gatewaySettings, { ...needed, ...settings });
function refusalOf(settings: Record<string, string>): string {
  try {
    load(settings);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

describe('the settings of transport', () => {
  it('are plain HTTP, no proxy, no origin by default', () => {
    expect(transportOf(load({}))).toEqual({ tls: undefined, proxyHops: 0, corsOrigins: [] });
  });

  it.each([
    '*',
    'https://*.example',
    'null',
    'http://console.example',
    'https://a.example/',
    'https://a.example, *',
    'a.example',
  ])('refuse the origin %s at the start', (origins) => {
    expect(refusalOf({ CORS_ORIGINS: origins })).toContain('CORS_ORIGINS');
  });

  it('take whole origins, and http on this machine', () => {
    const origins = 'https://console.example,http://localhost:5173';
    expect(transportOf(load({ CORS_ORIGINS: origins })).corsOrigins).toEqual(origins.split(','));
  });

  it('want a certificate with its key, and both for client certificates', () => {
    expect(refusalOf({ TLS_CERT_FILE: '/a' })).toContain('TLS_KEY_FILE');
    expect(refusalOf({ TLS_KEY_FILE: '/a' })).toContain('TLS_CERT_FILE');
    expect(refusalOf({ TLS_CLIENT_CA_FILE: '/a' })).toContain('TLS_CERT_FILE');
  });

  it.each(['-1', '11', 'true', '1.5'])('refuse %s hops', (hops) => {
    expect(refusalOf({ TRUST_PROXY_HOPS: hops })).toContain('TRUST_PROXY_HOPS');
  });
});

describe('the settings of limits', () => {
  it('change some policies and leave the others', () => {
    const limits = limitsOf(load({ LIMITS: '{"exports":{"limit":2,"window_seconds":60}}' }));
    expect(limits.exports).toEqual({ name: 'exports', limit: 2, windowSeconds: 60 });
    expect(limits['failed-requests']).toMatchObject({ limit: 100, windowSeconds: 900 });
    expect(limits['site-reports']).toMatchObject({ limit: 10, windowSeconds: 300 });
  });

  it('let the older settings win over the policy of sites', () => {
    expect(limitsOf(load({ RATE_LIMIT_REQUESTS: '3' }))['site-reports']).toMatchObject({
      limit: 3,
      windowSeconds: 300,
    });
  });

  it('tell every fault at once, at the start', () => {
    const said = refusalOf({
      LIMITS:
        '{"exports":{"limit":0,"window_seconds":60},"reads":{"limit":5},"no-such":{"limit":1,"window_seconds":1}}',
    });
    for (const fault of ['exports.limit', 'reads.window_seconds', 'no-such']) expect(said).toContain(fault);
    expect(refusalOf({ LIMITS: '{' })).toContain('it is no JSON');
  });
});
