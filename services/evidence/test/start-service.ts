import {
  type EventEnvelope,
  type RequestName,
  requestCatalog,
  type RequestOf,
  type ResponseOf,
  type ServiceName,
} from '@countersign/shared/contracts';
import { createHttpApp } from '@countersign/shared/http';
import { newId, systemClock } from '@countersign/shared/kernel';
import {
  joinBatch,
  type Messaging,
  NatsStrategy,
  PassOnErrorsFilter,
  ReplyInbox,
  startMessaging,
} from '@countersign/shared/messaging';
import { createDataSource, createPool, openSiteScope, type Pool } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { createTestDatabase } from '@countersign/shared/testing';
import type { Vault } from '@countersign/shared/vault';
import { bundleVerifier } from '../bundle-verifier.ts';
import { AppModule } from '../src/app.module.ts';
import { announceLedgerKey } from '../src/features/announce-ledger-key/announce-ledger-key.ts';
import { createSealer } from '../src/features/seal-bundles/create-sealer.ts';
import { evidenceEntities } from '../src/persistence/evidence.repository.ts';
import { SealQueueRepository } from '../src/persistence/seal-queue.repository.ts';
import { ledgerKey, startPublisher } from './start-publisher.ts';

export interface Engines {
  adminUrl: string;
  natsUrl: string;
}

const logger = createLogger({ service: 'evidence', level: 'fatal' });

class Root {}

/** The whole service, doors included. */
export async function startService({ adminUrl, natsUrl }: Engines, vault: Vault) {
  const database = await createTestDatabase(adminUrl, 'evidence');
  const settings = { databaseUrl: database.databaseUrl, applicationName: 'evidence-spec' };
  const pool = createPool({ ...settings, max: 4 });
  const source = createDataSource({ ...settings, schema: 'evidence', entities: evidenceEntities });
  await source.initialize();
  const sites = await openSiteScope({ ...settings, schema: 'evidence', entities: evidenceEntities });
  const messaging = await startMessaging({ service: 'evidence', natsUrl, replicas: 1, pool, logger });
  const queue = new SealQueueRepository(pool);
  const sealer = createSealer({ queue, vault, messaging, retentionDays: 30, logger, idleMs: 100 });
  sealer.start();
  await announceLedgerKey(ledgerKey, { pool, messaging, clock: systemClock });
  const publishing = startPublisher(database.databaseUrl, vault);
  const module = AppModule.with({
    pool,
    source,
    sites,
    messaging,
    vault,
    logger,
    wakeSealer: () => sealer.wake(),
    ledger: { verifierKey: ledgerKey.verifierKey, wakePublisher: () => publishing.publisher.wake() },
    kit: { key: ledgerKey, verifier: bundleVerifier },
  });
  const app = await createHttpApp({ module: Root, imports: [module] }, { logger });
  const strategy = new NatsStrategy(messaging);
  app.connectMicroservice({ strategy }, { deferInitialization: true }).useGlobalFilters(new PassOnErrorsFilter());
  await app.startAllMicroservices();
  return {
    pool,
    async stop() {
      await strategy.close();
      await Promise.all([sealer.stop(), publishing.publisher.stop()]);
      await messaging.close();
      await app.close();
      await Promise.all([pool.end(), source.destroy(), sites.close()]);
      await database.drop();
    },
  };
}

export interface Neighbour {
  messaging: Messaging;
  pool: Pool;
  stop(): Promise<void>;
}

/** A service of which there are only its messaging and its outbox. */
export async function startNeighbour(
  { adminUrl, natsUrl }: Engines,
  service: Exclude<ServiceName, 'evidence'>,
): Promise<Neighbour> {
  const database = await createTestDatabase(adminUrl, service);
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: `${service}-spec`, max: 2 });
  const messaging = await startMessaging({ service, natsUrl, replicas: 1, pool, logger });
  return {
    messaging,
    pool,
    async stop() {
      await messaging.close();
      await pool.end();
      await database.drop();
    },
  };
}

/** An orders service of which there are only its messaging and the keys (`site/host`) that it has enrolled. */
export async function startOrdersBeside(engines: Engines, keys: ReadonlyMap<string, string>): Promise<Neighbour> {
  const orders = await startNeighbour(engines, 'orders');
  type Question = RequestOf<'rpc.orders.appliance-key.v1'>;
  orders.messaging.serve('rpc.orders.appliance-key.v1', (items) =>
    Promise.resolve(
      (items as Question[]).map(({ site_id, host_id }) => ({ public_key: keys.get(`${site_id}/${host_id}`) ?? null })),
    ),
  );
  orders.messaging.serve('rpc.orders.missing-effects.v1', (items) =>
    Promise.resolve(items.map(() => ({ missing: [] }))),
  );
  return orders;
}

/** Commits one message per type to the outbox of a service, then publishes them, as the service does. */
export async function sayAs({ messaging, pool }: Neighbour, events: readonly EventEnvelope[]): Promise<void> {
  const types = [...new Set(events.map(({ type }) => type))];
  const rows = types.map((subject) => {
    const texts = events.filter(({ type }) => type === subject).map((event) => JSON.stringify(event));
    return { id: newId(), subject, payload: joinBatch(texts) };
  });
  for (const row of rows) {
    const values = [row.id, row.subject, row.payload];
    await pool.query('insert into outbox (id, subject, payload) values ($1, $2, $3)', values);
  }
  messaging.publish(rows);
}

/** A gateway of which there are only its messaging and its outbox. */
export async function startGatewayBeside(engines: Engines) {
  const neighbour = await startNeighbour(engines, 'gateway');
  const { messaging, pool } = neighbour;
  const inbox = new ReplyInbox(messaging.broker.connection);

  const say = (events: readonly EventEnvelope[]) =>
    sayAs(
      neighbour,
      events.map((event) => ({ ...event, replyto: inbox.subject })),
    );

  return {
    pool,
    messaging,
    say,
    /** Hands bundles in and waits for the replies. */
    async handIn(...events: EventEnvelope[]) {
      const replies = Promise.all(events.map((event) => inbox.wait(event.id, 10_000, ['evidence'])));
      await say(events);
      return replies;
    },
    /** Asks as the gateway asks; the answer is held against its contract. */
    async ask<Name extends RequestName>(name: Name, item: RequestOf<Name>): Promise<ResponseOf<Name>> {
      return requestCatalog[name].response.parse(await messaging.requester.ask(name, item)) as ResponseOf<Name>;
    },
    async stop() {
      inbox.close();
      await neighbour.stop();
    },
  };
}
