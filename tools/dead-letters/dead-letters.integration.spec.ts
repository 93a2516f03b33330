import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventCatalog, type EventEnvelope, type ServiceName, services } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { createPool, DeadLetterRepository, type Pool } from '@countersign/shared/persistence';
import { newTraceparent } from '@countersign/shared/telemetry';
import { createTestDatabase, type TestDatabase } from '@countersign/shared/testing';
import { type DeadLetterStore, openDeadLetters } from './dead-letter-store.ts';

let databases: Record<ServiceName, TestDatabase>;
let pools: Record<ServiceName, Pool>;
let store: DeadLetterStore;

beforeAll(async () => {
  const made = await Promise.all(
    services.map(async (name) => [name, await createTestDatabase(inject('adminDatabaseUrl'), name)] as const),
  );
  databases = Object.fromEntries(made) as typeof databases;
  pools = Object.fromEntries(
    made.map(([name, { databaseUrl }]) => [
      name,
      createPool({ databaseUrl, applicationName: 'dead-letters-spec', max: 2 }),
    ]),
  ) as typeof pools;
  store = openDeadLetters(
    Object.fromEntries(made.map(([name, { databaseUrl }]) => [name, databaseUrl])) as Record<ServiceName, string>,
  );
});

afterAll(async () => {
  await store?.close();
  await Promise.all(Object.values(pools ?? {}).map((pool) => pool.end()));
  await Promise.all(Object.values(databases ?? {}).map((database) => database.drop()));
});

/** An event that a service gave up on; `type` need not be one that anybody knows. */
async function bury(service: ServiceName, type: string) {
  const event = { id: newId(), type, subject: 'clinic-1', traceparent: newTraceparent(true), data: {} };
  const id = `${service}-consumer:${event.id}`;
  await new DeadLetterRepository(pools[service]).record(
    {
      id,
      consumer: `${service}-consumer`,
      eventId: event.id,
      eventType: type,
      event: JSON.stringify(event),
      errorCode: 'X',
      cause: 'x',
      traceId: null,
    },
    { id: newId(), subject: `dead-letters.${service}.v1`, payload: '[]' },
  );
  const letter = (await store.list()).find((one) => one.id === id)!;
  return { event, letter };
}

async function saidBy(service: ServiceName, about: string): Promise<EventEnvelope[]> {
  const { rows } = await pools[service].query<{ subject: string; payload: string; due: boolean }>(
    'select subject, payload, next_at <= now() as due from outbox order by created_at',
  );
  return rows
    .filter((row) => row.payload.includes(about))
    .flatMap((row) => {
      expect(row.due).toBe(true);
      return JSON.parse(row.payload) as EventEnvelope[];
    });
}

describe('redriving a dead letter', () => {
  it('has its owner say it again, and the service that gave up say that somebody did that', async () => {
    const { event, letter } = await bury('orders', 'runbooks.selected.v1');
    await store.redrive(letter);
    expect(await saidBy('runbooks', event.id)).toEqual([event]);
    const [redriven, ...more] = await saidBy('orders', event.id);
    const { redriven_at } = (await store.list()).find((one) => one.id === letter.id)!;
    expect(more).toEqual([]);
    expect(redriven).toEqual({
      specversion: '1.0',
      id: `redriven:${letter.id}:${redriven_at}`,
      source: '/orders',
      type: 'orders.dead-letter-redriven.v1',
      subject: 'clinic-1',
      time: redriven_at,
      datacontenttype: 'application/json',
      traceparent: event.traceparent,
      data: {
        dead_letter_id: letter.id,
        consumer: 'orders-consumer',
        event_id: event.id,
        event_type: 'runbooks.selected.v1',
        redriven_at,
      },
    });
    eventCatalog['orders.dead-letter-redriven.v1'].schema.parse(redriven!.data);
  });

  it('works for an event of the very service that gave up', async () => {
    const { event, letter } = await bury('evidence', 'evidence.recorded.v1');
    await store.redrive(letter);
    expect((await saidBy('evidence', event.id)).map((one) => one.type).toSorted()).toEqual([
      'evidence.dead-letter-redriven.v1',
      'evidence.recorded.v1',
    ]);
  });

  it('is said each time that it is done, also when two people do it at the same moment', async () => {
    const { event, letter } = await bury('runbooks', 'orders.closed.v1');
    await Promise.all([store.redrive(letter), store.redrive(letter), store.redrive(letter)]);
    const ids = (await saidBy('runbooks', event.id)).map((one) => one.id);
    expect(new Set(ids).size).toBe(3);
    expect(await saidBy('orders', event.id)).toHaveLength(3);
  });

  it('is neither noted nor said when the owner cannot be told', async () => {
    const { event, letter } = await bury('runbooks', 'gateway.incident-reported.v1');
    const admin = createPool({ databaseUrl: databases.gateway.adminUrl, applicationName: 'dead-letters-spec', max: 1 });
    try {
      await admin.query('alter table gateway.outbox rename to away');
      await expect(store.redrive(letter)).rejects.toThrow();
      await admin.query('alter table gateway.away rename to outbox');
    } finally {
      await admin.end();
    }
    expect(await saidBy('runbooks', event.id)).toEqual([]);
    expect((await store.list()).find((one) => one.id === letter.id)!.redriven_at).toBeNull();
    await store.redrive(letter);
    expect(await saidBy('gateway', event.id)).toHaveLength(1);
  });

  it('is refused for what nobody owns, and for what is no dead letter', async () => {
    const { event, letter } = await bury('orders', 'constructor');
    await expect(store.redrive(letter)).rejects.toThrow(/nobody owns/);
    await expect(store.redrive({ ...letter, id: 'no', event_type: 'orders.closed.v1' })).rejects.toThrow(/no such/);
    expect(await saidBy('orders', event.id)).toEqual([]);
  });
});
