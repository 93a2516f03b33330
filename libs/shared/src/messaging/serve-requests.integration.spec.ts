import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inboxOf } from '../contracts/index.ts';
import { createPool } from '../persistence/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { createTestDatabase, emptyBroker, type TestDatabase } from '../testing/index.ts';
import { type Messaging, startMessaging } from './index.ts';

const name = 'rpc.orders.stats.v1';
const logger = createLogger({ service: 'spec', level: 'fatal' });
let database: TestDatabase;
let pool: Pool;
let orders: Messaging;

beforeAll(async () => {
  await emptyBroker(inject('natsUrl'));
  database = await createTestDatabase(inject('adminDatabaseUrl'), 'orders');
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'spec', max: 2 });
  orders = await startMessaging({ service: 'orders', natsUrl: inject('natsUrl'), replicas: 1, pool, logger });
  orders.serve(name, async (items) => items.map(() => ({ answered: true })));
});

afterAll(async () => {
  await orders.close();
  await pool.end();
  await database.drop();
});

/** What the service says to bytes that no service of ours sends. */
async function ask(question: string | Uint8Array): Promise<unknown> {
  const { connection } = orders.broker;
  const reply = `${inboxOf('gateway', 'orders')}.spec`;
  const answers = connection.subscribe(reply, { max: 1, timeout: 5_000 });
  connection.publish(name, question, { reply });
  for await (const answer of answers) return answer.json();
  return undefined;
}

describe('a service that is asked', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no list', '{"items":1}'],
    ['null', 'null'],
    ['the same key twice', '{"items":[{}],"items":[]}'],
    ['traces that are none', '{"items":[{}],"traceparents":{}}'],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe)],
  ])('%s says so, and lives', async (_name, question) => {
    expect(await ask(question)).toMatchObject({ error: { code: 'MESSAGING.POISON', kind: 'invalid' } });
    expect(await ask('{"items":[{"site_id":null}]}')).toEqual({ results: [{ value: { answered: true } }] });
  });
});
