import { describe, expect, it } from 'vitest';
import { databaseUrlsFor, needsOwnPostgres } from '../database-urls.ts';
import { type ServiceName, serviceNames } from '../services/service-names.ts';
import { serviceSettings } from '../services/service-settings.ts';
import { pickUserSettings } from './user-settings.ts';
import { wantedPort } from './wanted-port.ts';

const ofEach = (value: (name: string) => string) =>
  Object.fromEntries(serviceNames.map((name) => [name, value(name)])) as Record<ServiceName, string>;
const rolePasswords = ofEach((name) => name.charAt(0));
const surroundings = {
  natsUrl: 'nats://n',
  brokerSeeds: { ...ofEach((name) => `seed of ${name}`), operator: 'seed of operator' },
  databaseUrls: ofEach((name) => `postgres://${name.charAt(0)}`),
  otlpUrl: 'http://sink',
  orderKeysDir: '/keys',
  ledgerSigningKeyFile: '/ledger-key',
  jwtSecretFile: '/jwt-secret',
  vaultDir: '/vault',
  settings: {},
};

describe('pickUserSettings', () => {
  it('passes on what the services know and leaves the rest of the shell behind', () => {
    const picked = pickUserSettings({
      RATE_LIMIT_REQUESTS: '5',
      S3_BUCKET: 'b',
      OTEL_TRACES_SAMPLER: 'x',
      HOST: 'h',
      DATABASE_URL: 'd',
      AWS_SECRET: 's',
    });
    expect(picked).toEqual({ RATE_LIMIT_REQUESTS: '5', S3_BUCKET: 'b', OTEL_TRACES_SAMPLER: 'x' });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(pickUserSettings({ NATS_URL: '' })).toEqual({});
  });
});

describe('wantedPort', () => {
  it('asks for 8000 and takes another one when PORT is not set', () => {
    expect(wantedPort(undefined)).toEqual({ port: 8000, demanded: false });
  });

  it('insists on PORT', () => {
    expect(wantedPort('8123')).toEqual({ port: 8123, demanded: true });
  });

  it.each(['x', '-1', '1e3', '65536', '80 '])('refuses PORT=%j', (setting) => {
    expect(() => wantedPort(setting)).toThrow('PORT');
  });
});

describe('databaseUrlsFor', () => {
  it('gives each service its own role on the database of the superuser', () => {
    const { services } = databaseUrlsFor('postgres://postgres:p@127.0.0.1:5/countersign', rolePasswords, {});
    expect(services.orders).toBe('postgres://countersign_orders:o@127.0.0.1:5/countersign');
  });

  it('keeps a URL that the user set', () => {
    const own = 'postgres://me:x@db/orders';
    expect(databaseUrlsFor('postgres://a:b@c/d', rolePasswords, { ORDERS_DATABASE_URL: own }).services.orders).toBe(
      own,
    );
  });

  it('starts no PostgreSQL when all services have one, or the superuser of another one is given', () => {
    const all = Object.fromEntries(serviceNames.map((name) => [`${name.toUpperCase()}_DATABASE_URL`, name]));
    expect(needsOwnPostgres(all)).toBe(false);
    expect(needsOwnPostgres({ ADMIN_DATABASE_URL: 'a' })).toBe(false);
    expect(needsOwnPostgres({ GATEWAY_DATABASE_URL: 'g' })).toBe(true);
  });
});

describe('serviceSettings', () => {
  it('gives a service its own database and no URL of another one', () => {
    const settings = { ADMIN_DATABASE_URL: 'postgres://admin', ORDERS_DATABASE_URL: 'postgres://o' };
    const given = serviceSettings('gateway', 0, { ...surroundings, settings });
    expect(given['DATABASE_URL']).toBe('postgres://g');
    expect(Object.values(given)).not.toContain('postgres://admin');
    expect(Object.values(given)).not.toContain('postgres://o');
  });

  it('gives the signing key of orders to orders, that of the ledger and the vault to evidence, and to nobody else', () => {
    expect(serviceSettings('orders', 0, surroundings)['ORDER_KEYS_DIR']).toBe('/keys');
    expect(serviceSettings('gateway', 0, surroundings)['ORDER_KEYS_DIR']).toBeUndefined();
    expect(serviceSettings('evidence', 0, surroundings)['ORDER_KEYS_DIR']).toBeUndefined();
    expect(serviceSettings('evidence', 0, surroundings)['LEDGER_SIGNING_KEY_FILE']).toBe('/ledger-key');
    expect(serviceSettings('orders', 0, surroundings)['LEDGER_SIGNING_KEY_FILE']).toBeUndefined();
    const settings = { S3_SECRET_KEY: 's' };
    expect(serviceSettings('evidence', 0, { ...surroundings, settings })['S3_SECRET_KEY']).toBe('s');
    expect(serviceSettings('orders', 0, { ...surroundings, settings })['S3_SECRET_KEY']).toBeUndefined();
    expect(serviceSettings('evidence', 0, surroundings)['VAULT_DIR']).toBe('/vault');
  });

  it('gives the secret of tokens to the gateway, and to nobody else; that of the user wins', () => {
    const secretOf = (name: ServiceName, settings: Record<string, string> = {}) => {
      const given = serviceSettings(name, 0, { ...surroundings, settings });
      return [given['JWT_SECRET_FILE'], given['JWT_SECRET']];
    };
    expect(secretOf('gateway')).toEqual(['/jwt-secret', undefined]);
    expect(secretOf('orders')).toEqual([undefined, undefined]);
    expect(secretOf('gateway', { JWT_SECRET_FILE: '/mine' })).toEqual(['/mine', undefined]);
    expect(secretOf('gateway', { JWT_SECRET: 'x' })).toEqual([undefined, 'x']);
    expect(secretOf('evidence', { JWT_SECRET: 'x' })).toEqual([undefined, undefined]);
  });

  it('hides the rest of our environment', () => {
    process.env['COUNTERSIGN_SPEC_SECRET'] = 'x';
    expect(serviceSettings('gateway', 0, surroundings)).not.toHaveProperty('COUNTERSIGN_SPEC_SECRET');
    delete process.env['COUNTERSIGN_SPEC_SECRET'];
  });

  it('lets a setting win over what the stack would choose, but not over its addresses', () => {
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine', PORT: '1', HOST: '0.0.0.0' };
    const given = serviceSettings('gateway', 8000, { ...surroundings, settings });
    expect(given).toMatchObject({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine', PORT: '8000', HOST: '127.0.0.1' });
  });
});
