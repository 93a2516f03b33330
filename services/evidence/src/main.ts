import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { systemClock } from '@countersign/shared/kernel';
import { AppModule } from './app.module.ts';
import { recordDurable } from './domain/durables.ts';
import { evidenceSettings } from './evidence.config.ts';
import { createPutBundle } from './features/seal-bundles/put-bundle.ts';
import { createSealBundles } from './features/seal-bundles/seal-bundles.handler.ts';
import { Sealer } from './features/seal-bundles/sealer.ts';
import { openConfiguredVault } from './open-configured-vault.ts';
import { AuditRepository } from './persistence/audit.repository.ts';
import { BundleEntity } from './persistence/bundle.entity.ts';
import { ChainRepository } from './persistence/chain.repository.ts';
import { EvidenceRepository } from './persistence/evidence.repository.ts';
import { RefusalEntity } from './persistence/refusal.entity.ts';
import { SealEntity } from './persistence/seal.entity.ts';
import { SealQueueRepository } from './persistence/seal-queue.repository.ts';

await runService({
  name: 'evidence',
  settings: evidenceSettings,
  moduleUrl: import.meta.url,
  entities: [BundleEntity, SealEntity, RefusalEntity],
  async assemble({ settings, logger, pool, source, messaging, health }) {
    const vault = await openConfiguredVault(settings, logger);
    const queue = new SealQueueRepository(pool);
    const putBundle = createPutBundle({ vault, retentionDays: settings.WORM_RETENTION_DAYS, clock: systemClock });
    const sealer = new Sealer({
      sealBundles: createSealBundles({ queue, putBundle, messaging, logger }),
      oldest: () => queue.oldest(),
      logger,
    });
    sealer.start();
    health.registerProgress('sealer', () => sealer.progress());
    return {
      module: AppModule.with({
        messaging,
        vault,
        chains: new ChainRepository(pool, recordDurable),
        audit: new AuditRepository(pool),
        evidence: new EvidenceRepository(source),
        wakeSealer: () => sealer.wake(),
      }),
      stop: [
        {
          name: 'finish sealing',
          async run() {
            await sealer.stop();
            await vault.close();
          },
        },
      ],
    };
  },
});
