import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { systemClock } from '@countersign/shared/kernel';
import { AppModule } from './app.module.ts';
import { createExpireOrders } from './features/expire-orders/expire-orders.handler.ts';
import { openOrderKeys } from './features/keep-order-keys/open-order-keys.ts';
import { createNoticeSilence } from './features/notice-silence/notice-silence.handler.ts';
import { startSweeper } from './features/sweep/sweeper.ts';
import { ordersSettings } from './orders.config.ts';
import { ApplianceEntity } from './persistence/appliance.entity.ts';
import { ClosingRepository } from './persistence/closing.repository.ts';
import { OrderEntity } from './persistence/order.entity.ts';
import { SilenceRepository } from './persistence/silence.repository.ts';

await runService({
  name: 'orders',
  settings: ordersSettings,
  moduleUrl: import.meta.url,
  entities: [OrderEntity, ApplianceEntity],
  async assemble({ settings, logger, pool, source, sites, messaging, health }) {
    // No key, no start: there is no placeholder signature.
    const keys = await openOrderKeys({ settings, pool, messaging, logger });
    health.registerDependency('signing_key', async () => void (await keys.orderKeys.signer()));
    health.registerProgress('order keys', () => keys.keeper.progress());
    const closings = new ClosingRepository(pool);
    const expireOrders = createExpireOrders({ repository: closings, messaging, clock: systemClock, logger });
    const noticeSilence = createNoticeSilence({
      repository: new SilenceRepository(pool),
      messaging,
      clock: systemClock,
      logger,
      silentMinutes: settings.APPLIANCE_SILENT_MINUTES,
    });
    const sweeps = { 'overdue orders': expireOrders, 'silent appliances': noticeSilence };
    const sweeper = startSweeper(sweeps, settings.EXPIRY_SWEEP_MS, logger);
    health.registerProgress('sweeps', () => sweeper.progress());
    return {
      module: AppModule.with({ settings, pool, source, sites, messaging, closings, ...keys }),
      stop: [
        { name: 'stop the sweeper', run: () => sweeper.stop() },
        { name: 'stop looking at keys', run: () => keys.keeper.stop() },
      ],
    };
  },
});
