import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commonSettings } from './common-settings.ts';
import { loadConfig, type Environment } from './load-config.ts';
import { findReadableSecrets } from './secret-file.ts';
import { integer, secret } from './setting-types.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.txt`);
  writeFileSync(path, content);
  return path;
}

const schema = z.object({
  TTL: integer({ min: 1, max: 900 }).describe('seconds, 1 to 900').default(900),
  SIGNING_KEY: secret().describe('64 hex characters'),
});

function refusalOf(settings: z.ZodObject, env: Environment): { code: string; message: string; details: unknown } {
  try {
    loadConfig(settings, env);
  } catch (error) {
    return error as { code: string; message: string; details: unknown };
  }
  throw new Error('it was accepted');
}

describe('loadConfig', () => {
  it('gives typed values, defaults, and nothing that the schema does not know', () => {
    const config = loadConfig(schema, { SIGNING_KEY: 'k', HOME: '/nowhere' });
    expect(config).toEqual({ TTL: 900, SIGNING_KEY: 'k' });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads a value from its file and trims it', () => {
    expect(loadConfig(schema, { SIGNING_KEY_FILE: fileWith('  abc\n'), TTL_FILE: fileWith('60\n') })).toEqual({
      TTL: 60,
      SIGNING_KEY: 'abc',
    });
  });

  it('names every bad variable at once, with what is wanted and without any value', () => {
    const error = refusalOf(z.object({ ...commonSettings, ...schema.shape }), {
      TTL: 'soon-or-later',
      PORT: '70000',
      LOG_LEVEL: 'loudest',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      NATS_URL: 'nats://u:hunter2@one:4222,http://hunter2',
    });
    expect(error.code).toBe('CONFIG.INVALID');
    expect(error.details).toEqual({
      variables: ['PORT', 'LOG_LEVEL', 'NATS_URL', 'DATABASE_URL', 'TTL', 'SIGNING_KEY'],
    });
    expect(error.message).toContain('TTL: is not acceptable; wanted: seconds, 1 to 900');
    expect(error.message).toContain('SIGNING_KEY: is missing; wanted: 64 hex characters');
    for (const value of ['soon-or-later', '70000', 'loudest', 'hunter2', 'mysql']) {
      expect(error.message).not.toContain(value);
    }
  });

  it('refuses a value and a file for the same variable', () => {
    const error = refusalOf(schema, { SIGNING_KEY: 'a', SIGNING_KEY_FILE: fileWith('b') });
    expect(error.message).toContain('set SIGNING_KEY or SIGNING_KEY_FILE, not both');
    expect(error.message).not.toContain('is missing');
  });

  it('does not repeat the path of a file that cannot be read: it may be the secret itself', () => {
    const error = refusalOf(schema, { SIGNING_KEY_FILE: 'deadbeefdeadbeef', TTL: '0' });
    expect(error.message).toContain('SIGNING_KEY_FILE: names a file that cannot be read (ENOENT)');
    expect(error.message).toContain('TTL: is not acceptable');
    expect(error.message).not.toContain('deadbeef');
  });

  it.each([
    ['an empty file', fileWith(' \n'), 'empty file'],
    ['a folder', folder, 'no file'],
    ['a device that never ends', '/dev/zero', 'no file'],
    ['a huge file', fileWith('x'.repeat(70_000)), 'more than 65536 bytes'],
  ])('refuses %s as the source of a secret', (_name, path, reason) => {
    expect(refusalOf(schema, { SIGNING_KEY_FILE: path }).message).toContain(reason);
  });

  it('refuses a secret that everybody may write, and names those that others may read', () => {
    const optional = z.object({
      SIGNING_KEY: secret().optional().describe('64 hex characters'),
      TTL: schema.shape.TTL,
    });
    const withMode = (mode: number) => {
      const path = fileWith('900');
      chmodSync(path, mode);
      return { SIGNING_KEY_FILE: path, TTL_FILE: path };
    };
    for (const settings of [schema, optional]) {
      const { message } = refusalOf(settings, withMode(0o602));
      expect(message).toContain('SIGNING_KEY_FILE: names a file that everybody may write');
      expect(message).not.toContain('TTL_FILE');
      for (const mode of [0o640, 0o604, 0o444]) {
        expect(loadConfig(settings, withMode(mode))).toMatchObject({ SIGNING_KEY: '900' });
        expect(findReadableSecrets(settings, withMode(mode))).toEqual(['SIGNING_KEY']);
      }
      expect(findReadableSecrets(settings, withMode(0o600))).toEqual([]);
    }
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig(schema, { SIGNING_KEY: 'k', TTL: '' }).TTL).toBe(900);
    expect(refusalOf(schema, { SIGNING_KEY: '' }).message).toContain('SIGNING_KEY: is missing');
  });

  it('gives the message of a rule over several variables, but not when it repeats a value', () => {
    const pair = z.object({ A: z.string().optional(), B: z.string().optional() });
    expect(
      refusalOf(
        pair.refine(() => false, 'set A or B'),
        { A: 'tell-nobody' },
      ).message,
    ).toContain('settings: set A or B');
    const leaky = pair.refine(() => false, { error: ({ input }) => `bad: ${JSON.stringify(input)}` });
    expect(refusalOf(leaky, { A: 'tell-nobody' }).message).not.toContain('tell-nobody');
  });
});

describe('setting types', () => {
  it.each(['', ' 5', '5 ', '0x10', '1e1', '1.0', '٣', '05', 'NaN', '99999999999999999999', '11'])(
    'take no %j for an integer from 1 to 10',
    (text) => {
      expect(integer({ min: 1, max: 10 }).safeParse(text).success).toBe(false);
    },
  );

  it('take the common settings of a service that names its broker and database only', () => {
    const env = { NATS_URL: 'nats://a:b@h:4222,tls://h2:4222', DATABASE_URL: 'postgres://r:p@h:5432/countersign' };
    expect(loadConfig(z.object(commonSettings), env)).toEqual({
      ...env,
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'info',
      NATS_REPLICAS: 1,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
    });
  });

  it.each(['-0.1', '1.1', '.5', '5%', '1e-2'])('take no %j for a share of traces', (share) => {
    expect(commonSettings.OTEL_TRACES_SAMPLER_ARG.safeParse(share).success).toBe(false);
  });
});
