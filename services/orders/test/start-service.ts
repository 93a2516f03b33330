import type { EventEnvelope } from '@countersign/shared/contracts';
import { createHttpApp } from '@countersign/shared/http';
import { newId, systemClock } from '@countersign/shared/kernel';
import { joinBatch, NatsStrategy, PassOnErrorsFilter, ReplyInbox, startMessaging } from '@countersign/shared/messaging';
import { createDataSource, createPool, openSiteScope } from '@countersign/shared/persistence';
import { createLogger } from '@countersign/shared/telemetry';
import { openAskers } from '@countersign/shared/testing';
import { AppModule } from '../src/app.module.ts';
import { createExpireOrders } from '../src/features/expire-orders/expire-orders.handler.ts';
import { startSweeper } from '../src/features/sweep/sweeper.ts';
import { ApplianceEntity } from '../src/persistence/appliance.entity.ts';
import { ClosingRepository } from '../src/persistence/closing.repository.ts';
import { OrderEntity } from '../src/persistence/order.entity.ts';
import { keyRing } from './start-orders.ts';

export interface ServiceOptions {
  databaseUrl: string;
  natsUrl: string;
  ttlSeconds: number;
}

const logger = createLogger({ service: 'orders', level: 'fatal' });

class Root {}

/** One replica of the whole service, doors and sweeper included, and what its neighbours do beside it. */
export async function startService({ databaseUrl, natsUrl, ttlSeconds }: ServiceOptions) {
  const pool = createPool({ databaseUrl, applicationName: 'orders-spec', max: 4 });
  const sourceSettings = {
    databaseUrl,
    schema: 'orders',
    applicationName: 'orders-spec',
    entities: [OrderEntity, ApplianceEntity],
  };
  const source = createDataSource(sourceSettings);
  await source.initialize();
  const sites = await openSiteScope(sourceSettings);
  const messaging = await startMessaging({ service: 'orders', natsUrl, replicas: 1, pool, logger });
  const askers = openAskers(natsUrl);
  const closings = new ClosingRepository(pool);
  const sweeper = startSweeper(
    { 'overdue orders': createExpireOrders({ repository: closings, messaging, clock: systemClock, logger }) },
    50,
    logger,
  );
  const settings = { ORDER_TTL_SECONDS: ttlSeconds, EXECUTION_LIMIT_SECONDS: 1_800 };
  const orderKeys = { signer: async () => keyRing, told: async () => [...keyRing.publicKeys] };
  const describeKeys = () => Promise.reject(new Error('this replica has fixed keys'));
  const module = AppModule.with({ settings, pool, source, sites, messaging, orderKeys, describeKeys, closings });
  const app = await createHttpApp({ module: Root, imports: [module] }, { logger });
  const strategy = new NatsStrategy(messaging);
  app.connectMicroservice({ strategy }, { deferInitialization: true }).useGlobalFilters(new PassOnErrorsFilter());
  await app.startAllMicroservices();
  const inbox = new ReplyInbox(messaging.broker.connection);

  async function say(events: readonly EventEnvelope[]): Promise<void> {
    const payload = joinBatch(events.map((event) => JSON.stringify({ ...event, replyto: inbox.subject })));
    await messaging.broker.jetstream.publish(events[0]!.type, payload, { msgID: newId() });
  }

  return {
    pool,
    messaging,
    sweeper,
    say,
    /** Says that runbooks were selected, and waits for the replies. */
    async sayAndWait(...events: EventEnvelope<'runbooks.selected.v1'>[]) {
      const replies = Promise.all(events.map((event) => inbox.wait(event.data.incident_id, 10_000, ['orders'])));
      await say(events);
      return replies;
    },
    ask: askers.ask,
    async stop() {
      inbox.close();
      await askers.close();
      await strategy.close();
      await sweeper.stop();
      await messaging.close();
      await app.close();
      await Promise.all([pool.end(), source.destroy(), sites.close()]);
    },
  };
}
