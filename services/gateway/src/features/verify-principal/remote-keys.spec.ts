import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchKeySet } from './fetch-key-set.ts';
import { jwkOf } from '@countersign/shared/testing';
import { readKeySet } from './key-set.ts';
import { createRemoteKeys } from './remote-keys.ts';

const wanted = new Set(['EdDSA', 'ES256', 'RS256', 'PS256']);
const oldKey = { alg: 'ES256', kid: 'es256' };
const newKey = { alg: 'EdDSA', kid: 'eddsa' };

let server: Server;
let url: string;
let answer: RequestListener;
let asked: number;
let time: number;
beforeEach(async () => {
  [asked, time] = [0, 1_000_000];
  answer = publish([jwkOf('ES256')]);
  server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
const publish =
  (keys: object[]): RequestListener =>
  (_, response) =>
    void response.end(JSON.stringify({ keys }));
/** A set that would be good, but for what is done to its text. */
const publishText =
  (change: (set: string) => string, encoding: BufferEncoding = 'utf8'): RequestListener =>
  (_, response) =>
    void response.end(Buffer.from(change(JSON.stringify({ keys: [jwkOf('ES256')] })), encoding));
const fail: RequestListener = (_, response) => void response.writeHead(500).end();

function open(staleMs = 3_600_000, timeoutMs = 2_000) {
  const load = async () => readKeySet(await fetchKeySet(url, timeoutMs), wanted);
  return createRemoteKeys({ load, staleMs, now: () => time });
}
const unavailable = { code: 'AUTH.KEYS_UNAVAILABLE', kind: 'unavailable' };

describe('keys that an issuer publishes', () => {
  it('are fetched when the first token comes, and once for all who wait', async () => {
    const find = open();
    expect(asked).toBe(0);
    const found = await Promise.all(Array.from({ length: 20 }, () => find(oldKey)));
    expect(found.every((key) => key?.type === 'public')).toBe(true);
    expect(asked).toBe(1);
  });

  it('are fetched anew when a token names one that is not known: its issuer may have rotated', async () => {
    const find = open();
    await find(oldKey);
    answer = publish([jwkOf('ES256'), jwkOf('EdDSA')]);
    time += 30_000;
    expect(await find(newKey)).toBeDefined();
    expect(await find(oldKey)).toBeDefined();
    expect(asked).toBe(2);
  });

  it('are not fetched by whoever invents names: once per 30 s', async () => {
    const find = open();
    await find(oldKey);
    for (let i = 0; i < 1_000; i += 1) expect(await find({ alg: 'ES256', kid: `x${i}` })).toBeUndefined();
    expect(asked).toBe(1);
  });

  it('that were taken back are good no more when the set was fetched again', async () => {
    const find = open();
    await find(oldKey);
    answer = publish([]);
    time += 300_001;
    await find(oldKey);
    await expect.poll(() => find(oldKey)).toBeUndefined();
  });

  it('go on while their issuer is away, for the time that was set; then it is 503, and never 200', async () => {
    const find = open(600_000);
    await find(oldKey);
    answer = fail;
    time += 600_000;
    expect(await find(oldKey)).toBeDefined();
    await expect(find(newKey)).rejects.toMatchObject(unavailable);
    time += 1;
    await expect(find(oldKey)).rejects.toMatchObject(unavailable);
    answer = publish([jwkOf('ES256')]);
    time += 3_000;
    expect(await find(oldKey)).toBeDefined();
  });

  it('are asked for again before anybody is let in by old ones, after a night without a token', async () => {
    const find = open();
    await find(oldKey);
    answer = publish([jwkOf('EdDSA')]);
    time += 36_000_000;
    expect(await find(oldKey)).toBeUndefined();
  });

  it('may be set to live for less than the pause between two questions', async () => {
    const find = open(5_000);
    await find(oldKey);
    time += 5_001;
    expect(await find(oldKey)).toBeDefined();
    expect(asked).toBe(2);
    answer = fail;
    time += 5_001;
    await expect(find(oldKey)).rejects.toMatchObject(unavailable);
  });

  it.each<[string, RequestListener]>([
    ['answers with an error', fail],
    ['answers with something else', (_, response) => void response.end('<html>')],
    ['says twice which its keys are', publishText((set) => `{"keys":[],${set.slice(1)}`)],
    ['names a key by what is no UTF-8', publishText((set) => set.replace('"es256"', '"es256\u00ff"'), 'latin1')],
    ['hides something', publishText((set) => `{"__proto__":{},${set.slice(1)}`)],
    ['answers with no key set', (_, response) => void response.end('[]')],
    [
      'sends us elsewhere, to keys that would be good',
      (request, response) => {
        if (request.url === '/elsewhere') publish([jwkOf('ES256')])(request, response);
        else response.writeHead(302, { location: '/elsewhere' }).end();
      },
    ],
    ['breaks off', (_, response) => void response.writeHead(200).write('{"keys":[', () => response.destroy())],
    ['does not answer', () => {}],
    ['does not come to an end', (_, response) => void response.write('{')],
  ])('are not there when the issuer %s', async (_what, listener) => {
    answer = listener;
    const find = open(3_600_000, 300);
    await expect(find(oldKey)).rejects.toMatchObject(unavailable);
    const before = asked;
    await expect(find(oldKey)).rejects.toMatchObject(unavailable);
    expect(asked).toBe(before);
  });

  it('are not read beyond the size that a key set can have', async () => {
    let sent = 0;
    answer = (_, response) => {
      const piece = Buffer.alloc(65_536, 0x20);
      const more = (): void => {
        sent += piece.length;
        if (!response.destroyed && sent < 256 << 20) response.write(piece, more);
        else response.end(JSON.stringify({ keys: [jwkOf('ES256')] }));
      };
      more();
    };
    await expect(open(3_600_000, 20_000)(oldKey)).rejects.toMatchObject(unavailable);
    expect(sent).toBeLessThan(16 << 20);
  });
});
