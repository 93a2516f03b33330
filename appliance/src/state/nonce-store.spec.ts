import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openNonceStore } from './nonce-store.ts';

const nonce = 'cd'.repeat(16);
const order = '0123456789abcdef';
const clockAt = (time: string) => ({ now: () => new Date(time) });
const noon = clockAt('2026-01-10T12:00:00Z');

describe('the spent nonces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-appliance-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are on disk before anything is done with their order, and known after a restart', async () => {
    const path = join(folder, 'restart');
    const store = await openNonceStore(path, noon);
    expect(store.has(nonce)).toBe(false);
    expect(await store.spend(nonce, order)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(nonce);
    expect((await openNonceStore(path, noon)).has(nonce)).toBe(true);
  });

  it('may be spent again for the order that spent them, which goes on after a crash, and for no other', async () => {
    const path = join(folder, 'same');
    await (await openNonceStore(path, noon)).spend(nonce, order);
    const restarted = await openNonceStore(path, noon);
    expect(await restarted.spend(nonce, order)).toBe(true);
    expect(await restarted.spend(nonce, 'f'.repeat(16))).toBe(false);
  });

  it('go to one of two orders that ask at the same moment', async () => {
    const store = await openNonceStore(join(folder, 'race'), noon);
    expect(await Promise.all([store.spend(nonce, order), store.spend(nonce, 'f'.repeat(16))])).toEqual([true, false]);
  });

  it('are kept for two hours and then forgotten', async () => {
    const path = join(folder, 'old');
    await (await openNonceStore(path, noon)).spend(nonce, order);
    const late = await openNonceStore(path, clockAt('2026-01-10T14:00:01Z'));
    await late.spend('11'.repeat(16), order);
    expect(late.has(nonce)).toBe(false);
    const inTime = join(folder, 'in-time');
    await (await openNonceStore(inTime, noon)).spend(nonce, order);
    const later = await openNonceStore(inTime, clockAt('2026-01-10T13:59:59Z'));
    await later.spend('11'.repeat(16), order);
    expect(later.has(nonce)).toBe(true);
  });

  it('are all kept when many come at once', async () => {
    const path = join(folder, 'many');
    const store = await openNonceStore(path, noon);
    const nonces = Array.from({ length: 40 }, (_, index) => index.toString(16).padStart(32, '0'));
    await Promise.all(nonces.map((each) => store.spend(each, order)));
    const restarted = await openNonceStore(path, noon);
    expect(nonces.filter((each) => !restarted.has(each))).toEqual([]);
  });

  it('are not spent when they cannot be written', async () => {
    const store = await openNonceStore(join(folder, 'absent', 'file'), noon);
    await expect(store.spend(nonce, order)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(store.has(nonce)).toBe(false);
  });

  it('survive a line that somebody damaged', async () => {
    const path = join(folder, 'damaged');
    writeFileSync(path, `garbage\n${nonce} ${order} 1768046400000\n${nonce.slice(0, 7)}`);
    expect((await openNonceStore(path, noon)).has(nonce)).toBe(true);
  });
});
