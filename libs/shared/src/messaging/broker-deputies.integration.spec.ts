import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EventEnvelope, ServiceName } from '../contracts/index.ts';
import { newId } from '../kernel/index.ts';
import { createPool } from '../persistence/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { createTestDatabase, emptyBroker, type TestDatabase } from '../testing/index.ts';
import { envelopeOf, joinBatch, type Messaging, ReplyInbox, startMessaging } from './index.ts';
import { connectUsers, type UserConnections } from './testing/user-connections.ts';

/** What a service that was taken over might have others do that it may not do itself. */
let users: UserConnections;
let databases: TestDatabase[] = [];
let pools: Pool[] = [];
let lines: string[] = [];
const started: Messaging[] = [];
const logger = createLogger({ service: 'spec', destination: { write: (line) => void lines.push(line) } });

async function start(service: ServiceName): Promise<Messaging> {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), service);
  databases.push(database);
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'spec', max: 2 });
  pools.push(pool);
  const nkeySeed = inject('brokerSeeds')[service];
  const messaging = await startMessaging({ service, natsUrl: inject('natsUrl'), nkeySeed, replicas: 1, pool, logger });
  started.push(messaging);
  return messaging;
}

let gateway: Messaging;
let evidence: Messaging;
beforeAll(async () => {
  await emptyBroker(inject('natsUrl'));
  users = await connectUsers(inject('natsUrl'), inject('brokerSeeds'));
  [gateway, evidence] = [await start('gateway'), await start('evidence')];
});
afterEach(() => void (lines = []));
afterAll(async () => {
  await Promise.all(started.map((messaging) => messaging.close()));
  await users?.close();
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all(databases.map((database) => database.drop()));
});

const within = { timeout: 10_000, interval: 20 };
const forged = (id = newId()) =>
  envelopeOf('gateway.incident-reported.v1', {
    owner: 'gateway',
    id,
    subject: 'site',
    time: new Date().toISOString(),
    data: {} as never,
  });
const own = (id: string) => envelopeOf('evidence.recorded.v1', { ...forged(id), owner: 'evidence', data: {} as never });

/** Handles events until the test is over. */
async function listen(durable: string, stream: string, messaging = evidence) {
  const events: EventEnvelope[] = [];
  const consumer = messaging.createConsumer({
    contract: { stream, durable },
    async handle(some) {
      events.push(...some);
    },
  });
  await consumer.start();
  return { events, stop: () => consumer.stop() };
}

describe('a service that was taken over', () => {
  it("cannot have JetStream carry a message of its own into another's stream as an event", async () => {
    const { connection, jetstream } = users.of.evidence;
    await jetstream.publish('evidence.recorded.v1', joinBatch([JSON.stringify(forged('forged'))]));
    connection.publish('$JS.API.CONSUMER.MSG.NEXT.EVIDENCE.evidence-audit-evidence', '1', {
      reply: 'gateway.incident-reported.v1',
    });
    await connection.flush();
    const real = forged('real');
    await users.of.gateway.jetstream.publish('gateway.incident-reported.v1', joinBatch([JSON.stringify(real)]));
    const heard = await listen('evidence-audit-gateway', 'GATEWAY');
    await expect.poll(() => heard.events.map(({ id }) => id), within).toEqual(['real']);
    await heard.stop();
    await expect
      .poll(() => lines.filter((line) => line.includes('MESSAGING.POISON')).length, within)
      .toBeGreaterThanOrEqual(1);
  });

  it('cannot speak for another inside a batch of its own', async () => {
    const heard = await listen('evidence-audit-evidence', 'EVIDENCE');
    const batch = [JSON.stringify(own('honest')), JSON.stringify(forged('foreign'))];
    await users.of.evidence.jetstream.publish('evidence.recorded.v1', joinBatch(batch));
    await users.of.evidence.jetstream.publish('evidence.recorded.v1', joinBatch([JSON.stringify(own('next'))]));
    await expect.poll(() => heard.events.map(({ id }) => id), within).toContain('next');
    expect(heard.events.map(({ id }) => id)).not.toContain('foreign');
    await heard.stop();
  });

  it.each([
    'orders.issued.v1',
    '_INBOX.gateway.runbooks.replies.x',
    '_INBOX.runbooks.evidence.x',
    'rpc.evidence.list.v1',
  ])('cannot have a service answer to %s, where only that may speak', async (reply) => {
    let asked = 0;
    const stop = evidence.serve('rpc.evidence.health.v1', async (items) => {
      asked += items.length;
      return items.map(() => ({}));
    });
    await evidence.broker.connection.flush();
    users.of.gateway.connection.publish('rpc.evidence.health.v1', '{"items":[{}]}', { reply });
    await users.of.gateway.connection.flush();
    await expect.poll(() => lines.some((line) => line.includes('for nobody who may ask')), within).toBe(true);
    expect(asked).toBe(0);
    await stop();
  });

  it('cannot answer a waiting gateway in the place of another, nor have JetStream do it', async () => {
    const inbox = new ReplyInbox(gateway.broker.connection);
    await gateway.broker.connection.flush();
    const waiting = inbox.wait('a', 700, ['orders']);
    const lie = joinBatch([JSON.stringify({ id: 'a', order_id: 'forged' })]);
    evidence.reply([{ replyto: inbox.subject, reply: { id: 'a', order_id: 'forged' } }]);
    users.of.evidence.connection.publish(inbox.subject.replace('*', 'orders'), lie);
    await users.of.evidence.jetstream.publish('evidence.refused.v1', lie);
    users.of.evidence.connection.publish('$JS.API.CONSUMER.MSG.NEXT.EVIDENCE.evidence-audit-evidence', '10', {
      reply: inbox.subject.replace('*', 'orders'),
    });
    expect(await waiting).toBeUndefined();
    inbox.close();
  });

  it('makes nobody write what is no address: it would be a command to the broker', async () => {
    evidence.reply([{ replyto: '_INBOX.gateway.*.replies.x\r\nPUB evidence.refused.v1 2\r\n[]', reply: { id: 'a' } }]);
    await expect(evidence.broker.check()).resolves.toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('cannot make a question go down with noise that the broker writes into an inbox', async () => {
    const subjects: string[] = [];
    const spy = users.of.runbooks.connection.subscribe('rpc.runbooks.list.v1', {
      callback: (_error, message) => void subjects.push(message.reply!),
    });
    await users.of.runbooks.connection.flush();
    const answer = gateway.requester.ask('rpc.runbooks.list.v1', {}, { timeoutMs: 5_000 });
    await expect.poll(() => subjects.length, within).toBe(1);
    users.of.runbooks.connection.publish('runbooks.resolved.v1', '[]', { reply: subjects[0]! });
    await expect(answer).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE' });
    spy.unsubscribe();
  });
});

describe('what the broker refuses', () => {
  it('is an answer at once, and in the log', async () => {
    const begun = performance.now();
    await expect(
      evidence.requester.ask('rpc.orders.stats.v1', { site_id: null }, { timeoutMs: 60_000 }),
    ).rejects.toMatchObject({
      code: 'MESSAGING.UNAVAILABLE',
    });
    expect(performance.now() - begun).toBeLessThan(5_000);
    const line = lines.map((one) => JSON.parse(one)).find(({ level }) => level === 'error');
    expect(line).toMatchObject({ user: 'evidence', operation: 'publish', subject: 'rpc.orders.stats.v1' });
  });

  it("ends the start of a consumer of another's, instead of waiting for ever", async () => {
    await expect(listen('orders-issue-order', 'RUNBOOKS')).rejects.toThrow(/permissions violation/i);
    expect(lines.join('')).toContain('the broker refused what we may not do');
  });

  it('keeps what could not be published in the outbox, and the service goes on', async () => {
    const type = 'runbooks.resolved.v1';
    const row = { id: newId(), subject: type, payload: '[]' };
    await pools[1]!.query('insert into outbox (id, subject, payload) values ($1, $2, $3)', [
      row.id,
      row.subject,
      row.payload,
    ]);
    evidence.publish([row]);
    await expect.poll(() => lines.some((line) => line.includes('publishing failed')), within).toBe(true);
    const { rows } = await pools[1]!.query('select published_at from outbox where id = $1', [row.id]);
    expect(rows).toEqual([{ published_at: null }]);
    await pools[1]!.query('delete from outbox');
    await expect(evidence.broker.check()).resolves.toBeUndefined();
  });
});

describe('a service that may make nothing', () => {
  it('waits for its consumer, and takes it when the operator has made it', async () => {
    await emptyBroker(inject('natsUrl'));
    const starting = listen('evidence-audit-orders', 'ORDERS');
    await delay(300);
    await users.close();
    users = await connectUsers(inject('natsUrl'), inject('brokerSeeds'));
    const heard = await starting;
    await users.of.orders.jetstream.publish(
      'orders.closed.v1',
      joinBatch([
        JSON.stringify({
          ...envelopeOf('orders.closed.v1', { ...forged('closed'), owner: 'orders', data: {} as never }),
        }),
      ]),
    );
    await expect.poll(() => heard.events.map(({ id }) => id), within).toEqual(['closed']);
    await heard.stop();
  });
});
