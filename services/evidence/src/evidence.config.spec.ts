import { describe, expect, it } from 'vitest';
import { loadConfig } from '@countersign/shared/config';
import { evidenceSettings } from './evidence.config.ts';

const common = {
  NATS_URL: 'nats://u:p@localhost:4222',
  DATABASE_URL: 'postgres://u:p@localhost/countersign',
  LEDGER_SIGNING_KEY: '01'.repeat(32),
};
const s3 = {
  S3_ENDPOINT: 'https://s3.example',
  S3_BUCKET: 'evidence',
  S3_ACCESS_KEY: 'id',
  S3_SECRET_KEY: 'top-secret',
};
const load = (env: Record<string, string>) => loadConfig(evidenceSettings, { ...common, ...env });

describe('the settings of evidence', () => {
  it('take a directory or an S3 store, and keep evidence for six years', () => {
    expect(load({ VAULT_DIR: '/vault' })).toMatchObject({ VAULT_DIR: '/vault', WORM_RETENTION_DAYS: 2192 });
    expect(load(s3)).toMatchObject({ S3_ENDPOINT: 'https://s3.example', S3_REGION: 'us-east-1' });
  });

  it('refuse two vaults and none', () => {
    for (const env of [{}, { ...s3, VAULT_DIR: '/vault' }])
      expect(() => load(env)).toThrow(/exactly one of VAULT_DIR and S3_ENDPOINT/);
  });

  it('name everything that an S3 store lacks, and never a secret', () => {
    expect(() => load({ S3_ENDPOINT: s3.S3_ENDPOINT, S3_SECRET_KEY: s3.S3_SECRET_KEY })).toThrow(
      /S3_BUCKET[^]*S3_ACCESS_KEY/,
    );
    expect(() => load({ ...s3, VAULT_DIR: '/vault' })).not.toThrow(/top-secret/);
  });

  it('refuse a ledger without a key, and a name that no signed note can carry', () => {
    const { LEDGER_SIGNING_KEY: _key, ...without } = { ...common, VAULT_DIR: '/vault' };
    expect(() => loadConfig(evidenceSettings, without)).toThrow(/LEDGER_SIGNING_KEY/);
    for (const LEDGER_ORIGIN of ['two words', 'a+b', 'line\nbreak', 'größe'])
      expect(() => load({ VAULT_DIR: '/vault', LEDGER_ORIGIN })).toThrow(/LEDGER_ORIGIN/);
    expect(load({ VAULT_DIR: '/vault' })).toMatchObject({
      LEDGER_ORIGIN: 'countersign.localhost/ledger',
      LEDGER_INTERVAL_MS: 500,
    });
  });

  it('refuse a retention of no days', () => {
    expect(() => load({ VAULT_DIR: '/vault', WORM_RETENTION_DAYS: '0' })).toThrow(/WORM_RETENTION_DAYS/);
  });
});
