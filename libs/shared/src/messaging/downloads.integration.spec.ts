import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { closeSides, KiB, name, openSides, question, readAll, repeat, serve, side } from './testing/download-sides.ts';

beforeEach(() => openSides(inject('natsUrl')));
afterEach(closeSides);

describe('many downloads', () => {
  it('are shared by the replicas, each whole from one of them', async () => {
    const counts = [0, 0];
    const replica = (index: number) =>
      serve(() => {
        counts[index]! += 1;
        return repeat(Buffer.alloc(100 * KiB, index + 1), 10);
      });
    await Promise.all([replica(0), replica(1)]);
    const all = await Promise.all(
      Array.from({ length: 24 }, async () => readAll(await side.downloads.open(name, question))),
    );
    for (const bytes of all) expect(bytes.equals(Buffer.alloc(1_000 * KiB, bytes[0]))).toBe(true);
    expect(counts[0]! + counts[1]!).toBe(24);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('are prepared a few at a time; the rest waits its turn, and not for ever', async () => {
    let underWay = 0;
    let most = 0;
    await serve(async function* () {
      most = Math.max(most, (underWay += 1));
      await delay(20);
      yield Buffer.from('x');
      underWay -= 1;
    }, 2);
    await Promise.all(Array.from({ length: 12 }, async () => readAll(await side.downloads.open(name, question))));
    expect(most).toBe(2);
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, async () => readAll(await side.downloads.open(name, question))),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(60 - 2 - 32);
    expect(refused[0]).toMatchObject({ reason: { code: 'MESSAGING.UNAVAILABLE', retryAfterSeconds: 5 } });
  });

  it('under way when a process stops may end within the grace, and are broken off after it', async () => {
    await serve(() => repeat(randomBytes(256 * KiB), 10));
    const [first, second] = [await side.downloads.open(name, question), await side.downloads.open(name, question)];
    const short = readAll(first);
    await side.downloads.close(2_000);
    expect(await short).toHaveLength(2_560 * KiB);
    await expect(readAll(second)).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE' });
    await expect(side.downloads.open(name, question)).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE' });
  });
});
