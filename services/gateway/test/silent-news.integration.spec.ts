import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createPool, type Pool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { PrincipalRepository } from '../src/persistence/principal.repository.ts';

let database: TestDatabase;
let pool: Pool;
let news: PrincipalRepository;
let listening: Promise<void>;
let proxy: Server;
const sockets: Socket[] = [];

/** The database as seen through a wire that can go silent without being cut. */
beforeAll(async () => {
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'gateway');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'silent-spec', max: 1 });
  const url = new URL(database.databaseUrl);
  const [host, port] = [url.hostname, Number(url.port)];
  proxy = createServer((client) => {
    const server = connect(port, host);
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => {});
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url.port = String((proxy.address() as AddressInfo).port);
  url.hostname = '127.0.0.1';
  news = new PrincipalRepository(pool, url.href, createLogger({ service: 'gateway', level: 'fatal' }), 1_000);
  listening = news.listen();
});

afterAll(async () => {
  const closing = news?.close();
  for (const socket of sockets) socket.destroy();
  proxy?.close();
  await Promise.all([closing, listening]);
  await pool?.end();
  await database?.drop();
});

it('a connection that says nothing any more is not believed, and replaced by one that does', async () => {
  await expect.poll(() => news.isListening(), { timeout: 5_000 }).toBe(true);
  let forgotten = 0;
  news.onKeyChange((changed) => (forgotten += changed === undefined ? 1 : 0));
  for (const socket of sockets.splice(0)) socket.unpipe().pause();
  const silentAt = performance.now();
  await expect.poll(() => news.isListening(), { timeout: 5_000, interval: 10 }).toBe(false);
  expect(performance.now() - silentAt).toBeLessThan(2_500);
  await expect.poll(() => news.isListening(), { timeout: 5_000 }).toBe(true);
  expect(forgotten).toBeGreaterThan(0);
});
