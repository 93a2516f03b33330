import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { limiterOn, lines, openPool, passed, policy, times } from './open-limiter.ts';

let database: TestDatabase;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
});
afterAll(() => database?.drop());
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

describe('when the store fails', () => {
  /** PostgreSQL behind a line that can be cut. */
  async function cuttableStore() {
    const { port, hostname } = new URL(database.databaseUrl);
    const sockets = new Set<Socket>();
    let mode: 'open' | 'cut' | 'silent' = 'open';
    const server: Server = createServer((near) => {
      if (mode === 'cut') return void near.destroy();
      const far = connect(Number(port), hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.on('data', (bytes) => mode === 'open' && far.write(bytes));
      far.on('data', (bytes) => mode === 'open' && near.write(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const url = new URL(database.databaseUrl);
    url.port = String((server.address() as { port: number }).port);
    const pool = openPool(url.href);
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      return pool.end();
    });
    return {
      pool,
      url: url.href,
      set(next: typeof mode) {
        mode = next;
        if (next !== 'silent') for (const socket of sockets) socket.destroy();
      },
    };
  }

  it.each(['cut', 'silent'] as const)(
    'because its line is %s, memory counts at half, three failures end that with a 503, and it recovers by itself',
    async (how) => {
      const store = await cuttableStore();
      const { limiter, health } = limiterOn(store.pool, store.url, 300);
      ends.push(() => health.close());
      const reads = policy('reads', 8, 60);
      expect((await limiter.take(reads, `failing-${how}`)).isAllowed).toBe(true);
      store.set(how);
      const alone = await times(8, () => limiter.take(reads, `failing-${how}`));
      expect(passed(alone)).toBe(4);
      expect(health.state()).toMatchObject({ available: false, degraded: false, failureCount: 1 });
      for (let n = 0; n < 2; n += 1) expect((await limiter.take(reads, `failing-${how}`)).isAllowed).toBe(false);
      expect(health.state()).toMatchObject({ degraded: true, failureCount: 3 });
      await expect(limiter.take(reads, `failing-${how}`)).rejects.toMatchObject({
        code: 'LIMIT.DEGRADED',
        kind: 'unavailable',
        retryAfterSeconds: 30,
        details: { reason: 'degraded_mode', policy: 'reads', limit: 8, window_seconds: 60, retry_after: 30 },
      });
      expect(lines.join()).toContain('the limiter is degraded');
      store.set('open');
      await expect.poll(() => health.state(), { timeout: 10_000 }).toMatchObject({ available: true, failureCount: 0 });
      expect(passed(await times(20, () => limiter.take(reads, `after-${how}`)))).toBe(8);
    },
  );
});
