import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { EventEnvelope } from '../contracts/index.ts';
import { AppError, newId } from '../kernel/index.ts';
import { createPool } from '../persistence/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { createTestDatabase, emptyBroker, type TestDatabase } from '../testing/index.ts';
import { envelopeOf, joinBatch, type Messaging, ReplyInbox, startMessaging } from './index.ts';

const logger = createLogger({ service: 'spec', level: 'fatal' });
const type = 'gateway.incident-reported.v1';
const within = { timeout: 15_000, interval: 20 };
let databases: TestDatabase[] = [];
let pools: Pool[] = [];
let gateway: Messaging;
let runbooks: Messaging;

async function open(service: 'gateway' | 'runbooks'): Promise<Messaging> {
  const database = await createTestDatabase(inject('adminDatabaseUrl'), service);
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'spec', max: 4 });
  databases.push(database);
  pools.push(pool);
  return startMessaging({ service, natsUrl: inject('natsUrl'), replicas: 1, pool, logger });
}

/** What the consumer of this run has handled; the effects that the owner asks for. */
let handled: string[];
let handle: (events: EventEnvelope[]) => Promise<void>;
let pulls = 0;
let consumer: ReturnType<Messaging['createConsumer']>;

beforeAll(async () => {
  await emptyBroker(inject('natsUrl'));
  gateway = await open('gateway');
  runbooks = await open('runbooks');
  for (const service of ['runbooks', 'evidence'] as const) {
    runbooks.serve(`rpc.${service}.missing-effects.v1`, async (items) =>
      (items as { event_ids: string[] }[]).map(({ event_ids }) => ({
        missing: event_ids.filter((id) => !handled.includes(id)),
      })),
    );
  }
  consumer = runbooks.createConsumer({
    contract: { stream: 'GATEWAY', durable: 'spec', subject: type },
    async handle(events) {
      pulls += 1;
      await handle(events);
    },
  });
  await consumer.start();
});

beforeEach(() => {
  handled = [];
  pulls = 0;
  handle = async (events) => void handled.push(...events.map((event) => event.id));
});

afterAll(async () => {
  await consumer?.stop();
  await gateway?.close();
  await runbooks?.close();
  await Promise.all(pools.map((pool) => pool.end()));
  await Promise.all(databases.map((database) => database.drop()));
});

const gatewayPool = () => pools[0]!;
const runbooksPool = () => pools[1]!;

const event = (id = newId()) =>
  envelopeOf(type, { owner: 'gateway', id, subject: 'site', time: new Date().toISOString(), data: {} as never });

async function commit(events: EventEnvelope[]) {
  const row = { id: newId(), subject: type, payload: joinBatch(events.map((one) => JSON.stringify(one))) };
  await gatewayPool().query('insert into outbox (id, subject, payload) values ($1, $2, $3)', [
    row.id,
    row.subject,
    row.payload,
  ]);
  return row;
}

const outboxRows = async (id: string) => (await gatewayPool().query('select from outbox where id = $1', [id])).rowCount;
const dueNow = (id: string) => gatewayPool().query('update outbox set next_at = now() where id = $1', [id]);

describe('messaging', () => {
  it('carries a committed batch as one message, and forgets it once its effects are confirmed', async () => {
    const events = [event(), event(), event()];
    const row = await commit(events);
    gateway.publish([row]);
    await vi.waitFor(() => expect(handled).toEqual(events.map((one) => one.id)), within);
    expect(pulls).toBe(1);
    await dueNow(row.id);
    await vi.waitFor(async () => expect(await outboxRows(row.id)).toBe(0), within);
  });

  it('publishes what a crash left between commit and publish', async () => {
    const row = await commit([event('left')]);
    await dueNow(row.id);
    await vi.waitFor(() => expect(handled).toContain('left'), within);
    await dueNow(row.id);
    await vi.waitFor(async () => expect(await outboxRows(row.id)).toBe(0), within);
  });

  it('does not hold up a backlog that fills a batch by lingering for more', async () => {
    const minutes = 300_000;
    const seen: number[] = [];
    const patient = runbooks.createConsumer({
      contract: { stream: 'GATEWAY', durable: 'spec-patient', subject: type },
      lingerMs: minutes,
      handle: async (events) => void seen.push(events.length),
    });
    const large = () => JSON.stringify({ ...event(), data: { text: 'x'.repeat(200_000) } });
    for (let n = 0; n < 4; n += 1)
      await gateway.broker.jetstream.publish(type, joinBatch([large()]), { msgID: newId() });
    await patient.start();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1), within);
    await patient.stop();
  });

  it('buries only the poison event, keeps its cause, and lets the rest of the batch through', async () => {
    handle = async (events) => {
      if (events.some((one) => one.id === 'poison')) throw new TypeError('cannot read this');
      handled.push(...events.map((one) => one.id));
    };
    const row = await commit([event('before'), event('poison'), event('after')]);
    gateway.publish([row]);
    await vi.waitFor(() => expect(handled).toEqual(expect.arrayContaining(['before', 'after'])), within);
    const letter = async () =>
      (await runbooksPool().query(`select * from dead_letters where event_id = 'poison'`)).rows;
    await vi.waitFor(
      async () => expect(await letter()).toMatchObject([{ consumer: 'spec', cause: 'TypeError: cannot read this' }]),
      within,
    );
    expect(JSON.parse((await letter())[0].event)).toMatchObject({ id: 'poison', type });
    handled.push('poison');
  });

  it('buries a message that is no batch at all, and goes on', async () => {
    await gateway.broker.jetstream.publish(type, '{"not":"a batch"');
    const row = await commit([event('next')]);
    gateway.publish([row]);
    await vi.waitFor(() => expect(handled).toContain('next'), within);
    await vi.waitFor(async () => {
      const { rows } = await runbooksPool().query(
        `select error_code from dead_letters where event_id like 'GATEWAY:%'`,
      );
      expect(rows).toEqual([{ error_code: 'MESSAGING.POISON' }]);
    }, within);
  });

  it('gives a batch back while a dependency is away, and buries nothing', async () => {
    let away = true;
    handle = async (events) => {
      if (away) throw new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'away');
      handled.push(...events.map((one) => one.id));
    };
    gateway.publish([await commit([event('patient')])]);
    await vi.waitFor(() => expect(pulls).toBeGreaterThan(1), within);
    away = false;
    await vi.waitFor(() => expect(handled).toContain('patient'), within);
    const { rows } = await runbooksPool().query(`select from dead_letters where event_id = 'patient'`);
    expect(rows).toEqual([]);
  });

  it('says again what the broker took and then lost with its disk', async () => {
    // The consumer is away, so the message is only in the stream when the stream goes.
    let away = true;
    handle = async (events) => {
      if (away) throw new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'away');
      handled.push(...events.map((one) => one.id));
    };
    const row = await commit([event('survivor')]);
    gateway.publish([row]);
    await vi.waitFor(async () => {
      const { rows } = await gatewayPool().query('select published_at from outbox where id = $1', [row.id]);
      expect(rows[0].published_at).not.toBeNull();
    }, within);
    await emptyBroker(inject('natsUrl'));
    away = false;
    await vi.waitFor(
      async () => {
        // The relay looks at it with growing pauses; the test does not wait for them.
        await dueNow(row.id);
        expect(handled).toContain('survivor');
      },
      { timeout: 15_000, interval: 250 },
    );
    await vi.waitFor(async () => expect(await outboxRows(row.id)).toBe(0), within);
  });

  it('asks many questions in few messages, and gives each its own answer or error', async () => {
    let messages = 0;
    const stop = runbooks.serve('rpc.runbooks.find-decision.v1', async (items) => {
      messages += 1;
      return (items as { incident_id: string }[]).map(({ incident_id }) =>
        incident_id.endsWith('7')
          ? new AppError('X.SEVEN', 'not-found', 'no sevens')
          : { tier: 'L1', runbook_id: incident_id },
      );
    });
    await runbooks.broker.connection.flush();
    const ids = Array.from({ length: 100 }, (_, index) => `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`);
    const answers = await Promise.allSettled(
      ids.map((incident_id) =>
        gateway.requester.ask('rpc.runbooks.find-decision.v1', { site_id: 'clinic-1', incident_id }),
      ),
    );
    expect(answers).toMatchObject(
      ids.map((id) =>
        id.endsWith('7')
          ? { status: 'rejected', reason: { code: 'X.SEVEN', kind: 'not-found' } }
          : { value: { runbook_id: id } },
      ),
    );
    expect(messages).toBeLessThan(10);
    await stop();
  });

  it('splits a question whose answers do not fit one message', async () => {
    const stop = runbooks.serve('rpc.runbooks.list.v1', async (items) =>
      items.map(() => ({
        runbooks: [{ id: 'x'.repeat((gateway.broker.connection.info?.max_payload ?? 1_048_576) / 3) }],
      })),
    );
    await runbooks.broker.connection.flush();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => gateway.requester.ask('rpc.runbooks.list.v1', {})),
    );
    expect(answers).toHaveLength(8);
    await stop();
  });

  it('says at once that nobody answers', async () => {
    const question = gateway.requester.ask('rpc.orders.stats.v1', { site_id: null }, { timeoutMs: 5_000 });
    await expect(question).rejects.toMatchObject({ code: 'MESSAGING.UNAVAILABLE', kind: 'unavailable' });
  });

  it('brings a reply to the gateway that waits, and lets it go after its wait', async () => {
    const inbox = new ReplyInbox(gateway.broker.connection);
    // A gateway publishes the event on the connection that subscribed, so the broker knows the inbox first. Here the reply
    // comes on a connection of its own, and could overtake the subscription.
    await gateway.broker.connection.flush();
    const [answered, late] = [inbox.wait('a', 10_000, ['runbooks']), inbox.wait('b', 60, ['runbooks'])];
    runbooks.reply([{ replyto: inbox.subject, reply: { id: 'a', tier: 'L3' } }]);
    expect(await answered).toEqual({ id: 'a', tier: 'L3' });
    expect(await late).toBeUndefined();
    inbox.close();
  });
});
