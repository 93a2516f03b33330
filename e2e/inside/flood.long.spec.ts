import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack, wideLimits } from '../../tools/stack/index.ts';
import { enrolBox } from '../harness/box.ts';
import { openSocket, pour, type Seen, type Sent, watchDuring } from '../harness/flood.ts';
import { systemOf } from '../harness/system-of-stack.ts';

const gigabyte = 2 ** 30;
const piece = Buffer.alloc(64 * 1024, ' ');
/** A chunk of HTTP's chunked coding. */
const chunk = Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]);

let stack: Stack;
let url: string;
let calm: Seen;

beforeAll(async () => {
  stack = await startStack({ env: { ...wideLimits, OTEL_TRACES_SAMPLER: 'always_off' } });
  url = stack.info.gateway_url;
  await enrolBox(systemOf(stack));
  await during(() => delay(1_500)); // warm
  calm = await during(() => delay(2_000));
  tell('nothing', calm);
});
afterAll(() => stack?.stop());

const during = (attack: () => Promise<unknown>) =>
  watchDuring(url, stack.info.admin_key, stack.info.pids.gateway!, attack);
const tell = (name: string, seen: Seen): unknown => process.stdout.write(`  flood: ${name}: ${JSON.stringify(seen)}\n`);

/** Half a gigabyte that ends nowhere: the same buffer again and again. */
function repeat(buffer: Buffer, total: number): () => Buffer | undefined {
  let sent = 0;
  return () => (sent >= total ? undefined : ((sent += buffer.length), buffer));
}
const head = (path: string, headers: Record<string, string>): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: x',
    ...Object.entries({ 'content-type': 'application/json', ...headers }).map(([k, v]) => `${k}: ${v}`),
    '',
    '',
  ].join('\r\n');
const key = () => ({ 'x-api-key': stack.info.admin_key });

function expectUnaffected(name: string, seen: Seen): void {
  tell(name, seen);
  expect(seen.failed).toBe(0);
  // A container has 512. V8 takes what it may before it collects; what was poured is many times that.
  expect(seen.megabytes).toBeLessThan(400);
  // Attacker and client share a thread here, and the machine does other things besides: they must only never wait.
  expect(seen.p50).toBeLessThan(calm.p50 + 250);
}

describe('somebody who pours', () => {
  it.each(['/incidents', '/checkin', '/evidence', '/evidence/upload'])(
    'a gigabyte into %s, announced or not, is cut off before it is buffered; others notice nothing',
    async (path) => {
      const multipart = 'multipart/form-data; boundary=b';
      const type: Record<string, string> = path.endsWith('upload')
        ? { 'content-type': multipart, 'x-client-id': 'x' }
        : {};
      const part = Buffer.from('--b\r\ncontent-disposition: form-data; name="bundle"; filename="b.json"\r\n\r\n');
      const first = (): (() => Buffer | undefined) => {
        const rest = repeat(chunk, gigabyte);
        const opening = Buffer.from(`${part.length.toString(16)}\r\n${part.toString()}\r\n`);
        let isFirst = path.endsWith('upload');
        return () => (isFirst ? ((isFirst = false), opening) : rest());
      };
      const sent: Sent[] = [];
      const seen = await during(async () => {
        const round = () =>
          Promise.all([
            ...Array.from({ length: 4 }, () =>
              pour(url, head(path, { ...key(), ...type, 'content-length': String(gigabyte) }), repeat(piece, gigabyte)),
            ),
            ...Array.from({ length: 4 }, () =>
              pour(url, head(path, { ...key(), ...type, 'transfer-encoding': 'chunked' }), first()),
            ),
          ]);
        for (let n = 0; n < 10; n += 1) sent.push(...(await round()));
      });
      process.stdout.write(
        `  flood: ${path}: ${JSON.stringify(sent.slice(-8).map(({ status, sentMegabytes, ms }) => [status, Math.round(sentMegabytes), Math.round(ms)]))}\n`,
      );
      for (const { status, sentMegabytes } of sent) {
        expect(status).toBeOneOf([413, undefined]);
        expect(sentMegabytes).toBeLessThan(32);
      }
      expectUnaffected(`a gigabyte into ${path}`, seen);
    },
  );

  it('bombs of gzip, a million keys and a million brackets gets nothing unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, ' '));
    const bodies: [Buffer, Record<string, string>][] = [
      [bomb, { 'content-encoding': 'gzip' }],
      [Buffer.from(`{${Array.from({ length: 1_000_000 }, (_, n) => `"${n}":1`).join(',')}}`), {}],
      [Buffer.from('['.repeat(120_000)), {}],
      [Buffer.from(`{${Array.from({ length: 12_000 }, (_, n) => `"${n}":1`).join(',')}}`), {}],
    ];
    const statuses = new Set<number | undefined>();
    const seen = await during(async () => {
      for (let round = 0; round < 20; round += 1) {
        const sent = await Promise.all(
          bodies.map(([body, headers]) =>
            pour(
              url,
              head('/incidents', { ...key(), ...headers, connection: 'close', 'content-length': String(body.length) }),
              repeat(body, 1),
            ),
          ),
        );
        for (const { status } of sent) statuses.add(status);
      }
    });
    for (const status of statuses) expect(status).toBeOneOf([400, 413, 415, undefined]);
    expectUnaffected('bombs', seen);
  });
});

describe('five hundred slow connections', () => {
  it.each([
    ['their headers', (): string => 'GET /runbooks HTTP/1.1\r\nhost: x\r\n', 'x: y\r\n'],
    ['their bodies', (): string => head('/incidents', { ...key(), 'content-length': '10000' }), ' '],
    ['nothing', (): string => '', ''],
  ])(
    'that take for ever to send %s are closed, and cost the others nothing',
    async (name, begin, drip) => {
      const sockets = Array.from({ length: 500 }, () => openSocket(url));
      const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      for (const socket of sockets) {
        socket.resume();
        socket.write(begin());
      }
      const dripping = setInterval(() => {
        for (const socket of sockets) if (drip !== '' && socket.writable) socket.write(drip);
      }, 500);
      const started = performance.now();
      const seen = await during(() => Promise.race([closed, delay(35_000)]));
      clearInterval(dripping);
      const open = sockets.filter((socket) => !socket.closed).length;
      for (const socket of sockets) socket.destroy();
      process.stdout.write(`  flood: ${name}: all closed after ${Math.round(performance.now() - started)} ms\n`);
      expect(open).toBe(0);
      expectUnaffected(`500 connections that send ${name} slowly`, seen);
    },
    60_000,
  );
});
