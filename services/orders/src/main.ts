import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { openKeyRing } from '@countersign/shared/crypto';
import { systemClock } from '@countersign/shared/kernel';
import { AppModule } from './app.module.ts';
import { createExpireOrders } from './features/expire-orders/expire-orders.handler.ts';
import { noteSigningKey } from './features/note-signing-key/note-signing-key.handler.ts';
import { createNoticeSilence } from './features/notice-silence/notice-silence.handler.ts';
import { startSweeper } from './features/sweep/sweeper.ts';
import { ordersSettings } from './orders.config.ts';
import { ApplianceEntity } from './persistence/appliance.entity.ts';
import { ClosingRepository } from './persistence/closing.repository.ts';
import { OrderEntity } from './persistence/order.entity.ts';
import { SilenceRepository } from './persistence/silence.repository.ts';
import { SigningKeyRepository } from './persistence/signing-key.repository.ts';

await runService({
  name: 'orders',
  settings: ordersSettings,
  moduleUrl: import.meta.url,
  entities: [OrderEntity, ApplianceEntity],
  async assemble({ settings, logger, pool, source, messaging, health }) {
    // No key, no start: there is no placeholder signature.
    const keyRing = openKeyRing({
      signingSeed: settings.ORDER_SIGNING_KEY,
      previousPublicKey: settings.ORDER_PREVIOUS_KEY,
    });
    logger.info({ key_id: keyRing.keyId, public_keys: keyRing.publicKeys.length }, 'signing key opened');
    await noteSigningKey({ repository: new SigningKeyRepository(pool), messaging, keyRing });
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
      module: AppModule.with({ settings, pool, source, messaging, keyRing, closings }),
      stop: [{ name: 'stop the sweeper', run: () => sweeper.stop() }],
    };
  },
});
