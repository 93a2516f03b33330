import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '@countersign/shared/telemetry';
import { openPrivateKey } from '@countersign/shared/crypto';
import { createHeldKeys } from './held-keys.ts';

const quiet = createLogger({ service: 'orders', level: 'fatal' });
const idOf = (byte: string) => openPrivateKey(byte.repeat(32)).keyId;
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'order-keys-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string, mode = 0o600) => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
};
const heldIn = (key?: string, passphrase?: string) => createHeldKeys({ key, folder, passphrase }, quiet);

describe('the private keys of a process', () => {
  it('are those of its settings and of the files of its folder, also of files that come, change and go', async () => {
    const held = heldIn('33'.repeat(32));
    const ids = async () => {
      await held.refresh();
      return held.list().map((key) => key.keyId);
    };
    put('b', '22'.repeat(32));
    expect(await ids()).toEqual([idOf('33'), idOf('22')]);
    put('a.new', '11'.repeat(32));
    renameSync(join(folder, 'a.new'), join(folder, 'a'));
    expect(await ids()).toEqual([idOf('33'), idOf('11'), idOf('22')]);
    rmSync(join(folder, 'b'));
    put('a', `${'44'.repeat(32)}\n`);
    expect(await ids()).toEqual([idOf('33'), idOf('44')]);
  });

  it('take PKCS#8 with the passphrase, and the way in which Kubernetes mounts secrets', async () => {
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' } as const;
    mkdirSync(join(folder, '..data-1'));
    put('..data-1/key.pem', generateKeyPairSync('ed25519').privateKey.export(cipher) as string);
    symlinkSync('..data-1/key.pem', join(folder, 'key.pem'));
    const held = heldIn(undefined, 'sesame');
    await held.refresh();
    expect(held.list()).toHaveLength(1);
  });

  it('leave out what is half-written, no key, too long, or everybody may write', async () => {
    put('.hidden', '11'.repeat(32));
    put('half', '11'.repeat(20));
    put('huge', '1'.repeat(70_000));
    put('open', '11'.repeat(32), 0o602);
    mkdirSync(join(folder, 'folder'));
    const held = heldIn();
    await held.refresh();
    expect(held.list()).toEqual([]);
    put('half', '11'.repeat(32));
    await held.refresh();
    expect(held.list().map((key) => key.keyId)).toEqual([idOf('11')]);
  });

  it('refuse a key of the settings that is none', () => {
    expect(() => heldIn('changeme')).toThrow(expect.objectContaining({ code: 'CRYPTO.NO_SIGNING_KEY' }));
  });
});
