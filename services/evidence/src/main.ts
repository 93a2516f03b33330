import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { AppModule } from './app.module.ts';
import { evidenceSettings } from './evidence.config.ts';
import { createSealer } from './features/seal-bundles/create-sealer.ts';
import { createStamper } from './features/timestamp-checkpoint/create-stamper.ts';
import { openConfiguredVault } from './open-configured-vault.ts';
import { evidenceEntities } from './persistence/evidence.repository.ts';
import { SealQueueRepository } from './persistence/seal-queue.repository.ts';
import { TimestampRepository } from './persistence/timestamp.repository.ts';

await runService({
  name: 'evidence',
  settings: evidenceSettings,
  moduleUrl: import.meta.url,
  entities: evidenceEntities,
  async assemble({ settings, logger, pool, source, messaging, health }) {
    const vault = await openConfiguredVault(settings, logger);
    const queue = new SealQueueRepository(pool);
    const sealer = createSealer({ queue, vault, messaging, retentionDays: settings.WORM_RETENTION_DAYS, logger });
    sealer.start();
    health.registerProgress('sealer', () => sealer.progress());
    const stamper = createStamper({ settings, repository: new TimestampRepository(pool), vault, logger });
    if (stamper) health.registerProgress('stamper', () => stamper.progress());
    return {
      module: AppModule.with({ pool, source, messaging, vault, wakeSealer: () => sealer.wake() }),
      stop: [
        {
          name: 'finish sealing',
          async run() {
            await Promise.all([sealer.stop(), stamper?.stop()]);
            await vault.close();
          },
        },
      ],
    };
  },
});
