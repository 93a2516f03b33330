import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { headers } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { AppError } from '../kernel/index.ts';
import { AnswerInbox } from './answer-inbox.ts';
import type { DownloadHandler } from './serve-download.ts';
import {
  closeSides,
  connect,
  KiB,
  name,
  question,
  readAll,
  repeat,
  serve,
  side,
  times,
  openSides,
} from './testing/download-sides.ts';

beforeEach(() => openSides(inject('natsUrl')));
afterEach(closeSides);

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a download', () => {
  it('of 20 MB arrives byte by byte as it was sent, however it was cut', async () => {
    const all = randomBytes(20_000_000);
    await serve(async function* () {
      for (let at = 0, size = 1; at < all.length; at += size, size = ((size * 7) % 900_001) + 1)
        yield all.subarray(at, at + size);
    });
    const pieces: number[] = [];
    const received = createHash('sha256');
    for await (const piece of await side.downloads.open(name, question)) {
      pieces.push(piece.length);
      received.update(piece);
    }
    expect(received.digest('hex')).toBe(sha256(all));
    expect(Math.max(...pieces)).toBe(256 * KiB);
    expect(pieces).toHaveLength(Math.ceil(all.length / (256 * KiB)));
  });

  it('may be empty', async () => {
    await serve(async function* () {});
    expect(await readAll(await side.downloads.open(name, question))).toHaveLength(0);
  });

  it('is made as fast as it is read: a slow reader holds the sender', async () => {
    let made = 0;
    await serve(() => repeat(randomBytes(256 * KiB), 1_000, (index) => (made = index + 1)));
    const pieces = await side.downloads.open(name, question);
    for (let read = 1; read <= 5; read += 1) {
      await pieces.next();
      await delay(100);
      // One is at the reader, one on its way, one in the making.
      expect(made).toBeLessThanOrEqual(read + 1);
    }
    await pieces.return!();
  });

  it('ends the generator when its reader goes away, even while it waits for something', async () => {
    for (const read of [1, 3]) {
      let ended: unknown;
      await serve(async function* (_item, { signal }) {
        try {
          yield* repeat(randomBytes(256 * KiB), 2);
          yield* repeat(randomBytes(1), 1);
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        } finally {
          ended = 'ended';
        }
      });
      const pieces = await side.downloads.open(name, question);
      for (let count = 0; count < read; count += 1) await pieces.next();
      await pieces.return!();
      await vi.waitFor(() => expect(ended).toBe('ended'), { timeout: 5_000, interval: 10 });
      await Promise.all(side.stops.splice(0).map((stop) => stop()));
    }
  });

  it('ends the generator when its reader only falls asleep, and tells the reader when it wakes', async () => {
    let ended = false;
    await serve(async function* () {
      try {
        yield* repeat(randomBytes(256 * KiB), 9);
      } finally {
        ended = true;
      }
    });
    const pieces = await side.downloads.open(name, question);
    await pieces.next();
    await vi.waitFor(() => expect(ended).toBe(true), { timeout: 5_000, interval: 10 });
    await expect(readAll(pieces)).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE' });
  });

  it('breaks off by a signal, for the reader and for the sender', async () => {
    let ended = false;
    await serve(async function* (_item, { signal }) {
      yield Buffer.from('one');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended = true;
    });
    const abort = new AbortController();
    const pieces = await side.downloads.open(name, question, { signal: abort.signal });
    await pieces.next();
    const reading = pieces.next();
    abort.abort(new Error('the browser was closed'));
    await expect(reading).rejects.toThrow('the browser was closed');
    await vi.waitFor(() => expect(ended).toBe(true), { timeout: 5_000, interval: 10 });
    await expect(side.downloads.open(name, question, { signal: abort.signal })).rejects.toThrow(
      'the browser was closed',
    );
  });

  it('that fails before its first piece is an error of its own', async () => {
    const notFound = new AppError('LEDGER.NOT_FOUND', 'not-found', 'no such tile', { details: { level: 3 } });
    await serve(async function* () {
      yield randomBytes(100);
      throw notFound;
    });
    await expect(side.downloads.open(name, question)).rejects.toMatchObject({
      code: 'LEDGER.NOT_FOUND',
      kind: 'not-found',
      details: { level: 3 },
    });
  });

  it('that fails in the middle throws there, and says nothing about a fault of ours', async () => {
    await serve(async function* () {
      yield randomBytes(600 * KiB);
      throw new TypeError('secret of the house');
    });
    const pieces = await side.downloads.open(name, question);
    const reading = readAll(pieces);
    await expect(reading).rejects.toThrow('The other service failed unexpectedly.');
    await expect(reading).rejects.not.toMatchObject({ code: expect.anything() });
  });

  it('refuses a question that is none before it asks the handler', async () => {
    const handle = vi.fn<DownloadHandler>();
    await serve(handle);
    await expect(side.downloads.open(name, { index: -1, width: 1 })).rejects.toMatchObject({ code: 'REQUEST.INVALID' });
    expect(handle).not.toHaveBeenCalled();
  });

  it('that nobody serves is refused at once', async () => {
    await expect(side.downloads.open(name, question, { timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'MESSAGING.UNAVAILABLE',
      message: expect.stringContaining('Nobody answers'),
    });
  });

  it('may take longer than the silence that would count as death, as long as it is worked on', async () => {
    await serve(async function* () {
      await delay(times.silence * 2);
      yield Buffer.from('late');
      await delay(times.silence * 2);
      yield Buffer.from(', and later');
    });
    expect((await readAll(await side.downloads.open(name, question))).toString()).toBe('late, and later');
    await expect(side.downloads.open(name, question, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'MESSAGING.UNAVAILABLE',
    });
  });

  it('whose sender is killed in the middle breaks off', async () => {
    const child = fork(new URL('./testing/endless-download.ts', import.meta.url), [inject('natsUrl')], {
      execArgv: ['--conditions=@countersign/source'],
    });
    await new Promise((resolve) => child.once('message', resolve));
    const pieces = await side.downloads.open(name, question);
    await pieces.next();
    child.kill('SIGKILL');
    await expect(readAll(pieces)).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE' });
  });

  it.each([
    ['is lost', [0, 2]],
    ['comes twice', [0, 0]],
  ])('notices that a piece %s', async (_what, sequence) => {
    const broker = await connect('evidence');
    const { connection } = broker;
    const answers = new AnswerInbox(broker);
    connection.subscribe(name, {
      callback: (_error, message) => {
        const send = async () => {
          for (const one of sequence) {
            const header = headers();
            header.set('Countersign-Download', 'piece');
            header.set('Countersign-Sequence', String(one));
            await answers.request('gateway', message.reply!, 'x', { headers: header, timeout: 1_000 });
          }
        };
        // A reader that noticed may answer no more, and the test is over before that is known.
        send().catch(() => {});
      },
    });
    await connection.flush();
    await expect(readAll(await side.downloads.open(name, question))).rejects.toMatchObject({
      code: 'MESSAGING.UNAVAILABLE',
      message: expect.stringContaining('missing or came twice'),
    });
  });

  it('notices that the last piece is lost', async () => {
    const { connection } = await connect('evidence');
    connection.subscribe(name, {
      callback: (_error, message) => {
        const header = headers();
        header.set('Countersign-Download', 'end');
        header.set('Countersign-Sequence', '1');
        message.respond('', { headers: header });
      },
    });
    await connection.flush();
    await expect(side.downloads.open(name, question)).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE' });
  });
});
