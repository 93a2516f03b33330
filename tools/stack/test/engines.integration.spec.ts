import { connect } from 'node:net';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNats } from '../nats/find-nats.ts';
import { startNats } from '../nats/start-nats.ts';
import { startPostgres } from '../postgres/start-postgres.ts';
import { isAlive } from '../processes/inspect-process.ts';
import type { Part } from '../processes/part.ts';
import { makeTemporaryState } from '../state/temporary-state.ts';

let state: ReturnType<typeof makeTemporaryState>;
let running: Part[];

beforeEach(() => {
  state = makeTemporaryState();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((part) => part.stop()));
  state.remove();
});

async function postgres(port?: number): Promise<Part> {
  const part = await startPostgres({
    stateDir: state.folder,
    password: 'secret',
    logFile: join(state.folder, 'pg.log'),
    port,
  });
  running.push(part);
  return part;
}

async function nats(): Promise<Part> {
  const program = await findNats();
  const part = await startNats({
    program,
    stateDir: state.folder,
    accounts: 'accounts { A { jetstream: enabled, users: [{ user: u, password: secret }] } }',
    logFile: join(state.folder, 'nats.log'),
  });
  running.push(part);
  return part;
}

async function ask(port: number, sql: string, password = 'secret'): Promise<unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

describe('PostgreSQL', () => {
  it('has every committed row after a SIGKILL, at the same address', async () => {
    const first = await postgres();
    await ask(first.port, 'create table t as select generate_series(1, 1000) n');
    await first.kill();
    const second = await postgres(first.port);
    expect(second.port).toBe(first.port);
    expect(await ask(second.port, 'select count(*)::int from t')).toEqual([1000]);
  });

  it('keeps its promises about durability and lets nobody in without the password', async () => {
    const { port } = await postgres();
    expect(await ask(port, "select current_setting('fsync'), current_setting('synchronous_commit')")).toEqual([
      'on',
      'on',
    ]);
    await expect(ask(port, 'select 1', 'wrong')).rejects.toThrow('password authentication failed');
  });

  it('stops an orphan on its data before it starts', async () => {
    const orphan = await postgres();
    const next = await postgres();
    expect([isAlive(orphan.pid), isAlive(next.pid)]).toEqual([false, true]);
  });

  it('starts although its stale pid file names a living stranger, and leaves the stranger alone', async () => {
    const first = await postgres();
    const pidFile = join(state.folder, 'postgres', 'data', 'postmaster.pid');
    const left = readFileSync(pidFile, 'utf8');
    await first.stop();
    writeFileSync(pidFile, left.replace(/^\d+/, String(process.pid)));
    expect(await ask((await postgres()).port, 'select 1')).toEqual([1]);
  });
});

describe('NATS', () => {
  it('demands the password and has JetStream', async () => {
    const { port } = await nats();
    const socket = connect(port, '127.0.0.1');
    const [info] = (await once(socket, 'data')) as [Buffer];
    expect(info.toString()).toMatch(/"auth_required":true.*"jetstream":true/);
    socket.write('CONNECT {"user":"u","pass":"wrong"}\r\nPING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('Authorization Violation');
    socket.destroy();
  });

  it('stops an orphan on its store before it starts: two servers would ruin it', async () => {
    const orphan = await nats();
    const next = await nats();
    expect([isAlive(orphan.pid), isAlive(next.pid)]).toEqual([false, true]);
  });
});
