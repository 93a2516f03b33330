import { describe, expect, it } from 'vitest';
import { loadConfig } from '@countersign/shared/config';
import { gatewaySettings } from './gateway.config.ts';

const env = { NATS_URL: 'nats://a:b@h:4222', DATABASE_URL: 'postgres://r:p@h:5432/countersign' };
const load = (more: Record<string, string>) => loadConfig(gatewaySettings, { ...env, ...more });
const secret = 'x'.repeat(31);
const keys = { JWKS_URL: 'https://issuer.test/jwks', JWKS_ISSUER: 'https://issuer.test/' };

describe('the settings of tokens', () => {
  it('let the gateway start with a secret of 32 characters, or the keys of an issuer', () => {
    expect(load({ JWT_SECRET: `${secret}x` })).toMatchObject({ JWT_AUDIENCE: 'countersign' });
    expect(load(keys)).toMatchObject({ JWKS_ALGORITHMS: ['EdDSA', 'ES256', 'RS256', 'PS256'] });
    expect(load({ ...keys, JWKS_ALGORITHMS: 'ES256' }).JWKS_ALGORITHMS).toEqual(['ES256']);
  });

  it('stop the start without any, and with a secret that is too short, and never show it', () => {
    expect(() => load({})).toThrow(/JWT_SECRET: is missing; wanted: .*at least 32 characters/);
    expect(() => load({ JWT_SECRET: secret })).toThrow(
      /JWT_SECRET: is not acceptable; wanted: .*at least 32 characters/,
    );
    expect(() => load({ JWT_SECRET: secret })).not.toThrow(secret);
    expect(() => load({ JWT_SECRET: '' })).toThrow(/JWT_SECRET/);
  });

  it.each([
    'http://issuer.test/jwks',
    'http://127.0.0.1.issuer.test/jwks',
    'http://localhost.issuer.test/jwks',
    'http://[::2]/jwks',
    'https://user:password@issuer.test/jwks',
    'file:///etc/jwks',
    'ftp://issuer.test/jwks',
    'jwks.json',
  ])('take no keys from %s', (JWKS_URL) => {
    expect(() => load({ ...keys, JWKS_URL })).toThrow(/JWKS_URL/);
  });

  it.each(['http://127.0.0.1:9/jwks', 'http://localhost/jwks', 'http://[::1]:80/'])(
    'may take them from %s',
    (JWKS_URL) => {
      expect(load({ ...keys, JWKS_URL })).toMatchObject({ JWKS_URL });
    },
  );

  it('know one place of keys, and whose they are', () => {
    expect(() => load({ ...keys, JWKS: '{}' })).toThrow('not both');
    expect(() => load({ JWT_SECRET: `${secret}x`, JWKS: '{}' })).toThrow(/JWKS_ISSUER/);
    expect(() => load({ JWKS_ISSUER: keys.JWKS_ISSUER })).toThrow(/JWKS_ISSUER/);
  });

  it.each(['HS256', 'none', 'RS256,HS256', 'ES256,', 'rs256', 'RS256, ES256'])(
    'take no algorithms %j',
    (JWKS_ALGORITHMS) => {
      expect(() => load({ ...keys, JWKS_ALGORITHMS })).toThrow(/JWKS_ALGORITHMS/);
    },
  );
});
