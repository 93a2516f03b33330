import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const facts = statSync(join(folder, name));
      expect(facts.mode & 0o777).toBe(facts.isDirectory() ? 0o700 : 0o600);
    }
  });

  it('uses no secret twice', () => {
    const { postgresPassword, rolePasswords } = openSecrets(state);
    const all = [postgresPassword, ...Object.values(rolePasswords)];
    expect(all.length).toBeGreaterThanOrEqual(5);
    expect(new Set(all).size).toBe(all.length);
  });

  it('keeps signing keys and the secret of tokens as 64 hex', () => {
    const { orderKeysDir, ledgerSigningKeyFile, jwtSecretFile } = openSecrets(state);
    const keys = [join(orderKeysDir, 'order-key-1'), ledgerSigningKeyFile, jwtSecretFile].map((file) =>
      readFileSync(file, 'utf8'),
    );
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(keys).size).toBe(3);
  });

  it('goes on with the key of orders that lay elsewhere before keys could rotate, and with the newer ones', () => {
    const { folder, orderKeysDir } = openSecrets(state);
    renameSync(join(orderKeysDir, 'order-key-1'), join(folder, 'order-signing-key'));
    const former = readFileSync(join(folder, 'order-signing-key'), 'utf8');
    openSecrets(state);
    expect(readFileSync(join(orderKeysDir, 'order-key-1'), 'utf8')).toBe(former);
    renameSync(join(orderKeysDir, 'order-key-1'), join(orderKeysDir, 'order-key-2'));
    openSecrets(state);
    expect(readdirSync(orderKeysDir)).toEqual(['order-key-2']);
  });

  it('replaces a file that a full disk left empty', () => {
    const { folder } = openSecrets(state);
    writeFileSync(join(folder, 'postgres-password'), '');
    expect(openSecrets(state).postgresPassword).not.toBe('');
  });
});
