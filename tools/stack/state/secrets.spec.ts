import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecrets } from './secrets.ts';

let state: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => rmSync(state, { recursive: true }));

describe('openSecrets', () => {
  it('makes each secret once', () => {
    expect(openSecrets(state)).toEqual(openSecrets(state));
  });

  it('shows them to nobody else', () => {
    const { folder } = openSecrets(state);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('uses no secret twice', () => {
    const { postgresPassword, rolePasswords } = openSecrets(state);
    const all = [postgresPassword, ...Object.values(rolePasswords)];
    expect(all.length).toBeGreaterThanOrEqual(5);
    expect(new Set(all).size).toBe(all.length);
  });

  it('keeps signing keys and the secret of tokens as 64 hex', () => {
    const { orderSigningKeyFile, ledgerSigningKeyFile, jwtSecretFile } = openSecrets(state);
    const keys = [orderSigningKeyFile, ledgerSigningKeyFile, jwtSecretFile].map((file) => readFileSync(file, 'utf8'));
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(keys).size).toBe(3);
  });

  it('replaces a file that a full disk left empty', () => {
    const { folder } = openSecrets(state);
    writeFileSync(join(folder, 'postgres-password'), '');
    expect(openSecrets(state).postgresPassword).not.toBe('');
  });
});
