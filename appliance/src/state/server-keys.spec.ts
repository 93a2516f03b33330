import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { previousServer, server, stranger } from '../testing/sample-order.ts';
import { openServerKeys } from './server-keys.ts';

let folder: string;
let now: Date;
const clock = { now: () => now };
const open = () => openServerKeys(join(folder, 'server-keys'), clock);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'server-keys-'));
  now = new Date('2026-01-10T12:00:00Z');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the server's keys that a box believes", () => {
  it('are none before the first check-in, and survive a restart after it', async () => {
    const keys = await open();
    expect([keys.list(), keys.ids(), keys.isStale()]).toEqual([[], [], true]);
    await keys.learn([server.publicKey, previousServer.publicKey, server.publicKey]);
    const again = await open();
    expect(again.list()).toEqual([server.publicKey, previousServer.publicKey]);
    expect(again.ids()).toEqual([server.keyId, previousServer.keyId]);
    expect(again.isStale()).toBe(false);
    expect(statSync(join(folder, 'server-keys')).mode & 0o777).toBe(0o600);
  });

  it('are those of the last check-in alone: a retired one is gone for good', async () => {
    await (await open()).learn([previousServer.publicKey, server.publicKey]);
    await (await open()).learn([server.publicKey]);
    expect((await open()).list()).toEqual([server.publicKey]);
  });

  it('are stale when no check-in delivered them for the life of an order, or the clock went back', async () => {
    const keys = await open();
    await keys.learn([server.publicKey]);
    now = new Date('2026-01-10T12:14:59Z');
    expect(keys.isStale()).toBe(false);
    now = new Date('2026-01-10T12:15:00Z');
    expect([keys.isStale(), (await open()).isStale()]).toEqual([true, true]);
    await keys.learn([server.publicKey]);
    expect([keys.isStale(), (await open()).isStale()]).toEqual([false, false]);
    now = new Date('2026-01-10T11:00:00Z');
    expect(keys.isStale()).toBe(true);
  });

  it('hold no key under which a signature proves nothing', async () => {
    const keys = await open();
    await keys.learn(['00'.repeat(32), `01${'00'.repeat(31)}`, server.publicKey]);
    expect(keys.list()).toEqual([server.publicKey]);
  });

  it.each(['', '{', '[]', '{"keys":"x","learnedAt":0}', `{"keys":[7,"${'00'.repeat(32)}"],"learnedAt":1}`])(
    'are learned anew when their file holds %j',
    async (text) => {
      writeFileSync(join(folder, 'server-keys'), text);
      const keys = await open();
      expect([keys.list(), keys.isStale()]).toEqual([[], true]);
      await keys.learn([stranger.publicKey]);
      expect((await open()).list()).toEqual([stranger.publicKey]);
    },
  );
});
