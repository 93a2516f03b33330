import 'reflect-metadata';
import { runService } from '@countersign/shared/boot';
import { systemClock } from '@countersign/shared/kernel';
import { AppModule } from './app.module.ts';
import { openLedgerKey } from './domain/ledger-key.ts';
import { evidenceSettings } from './evidence.config.ts';
import { announceLedgerKey } from './features/announce-ledger-key/announce-ledger-key.ts';
import { refuseRollback } from './features/publish-checkpoints/compare-with-vault.ts';
import { Publisher } from './features/publish-checkpoints/publisher.ts';
import { Scrubber } from './features/scrub/scrubber.ts';
import { createSealer } from './features/seal-bundles/create-sealer.ts';
import { createStamper } from './features/timestamp-checkpoint/create-stamper.ts';
import { openConfiguredVault } from './open-configured-vault.ts';
import { evidenceEntities } from './persistence/evidence.repository.ts';
import { LedgerReader } from './persistence/ledger-reader.ts';
import { SealQueueRepository } from './persistence/seal-queue.repository.ts';
import { TimestampRepository } from './persistence/timestamp.repository.ts';

await runService({
  name: 'evidence',
  settings: evidenceSettings,
  moduleUrl: import.meta.url,
  entities: evidenceEntities,
  async assemble({ settings, logger, pool, source, sites, messaging, health }) {
    // No key, no start: there is no placeholder signature.
    const key = openLedgerKey(
      settings.LEDGER_SIGNING_KEY,
      settings.LEDGER_ORIGIN,
      settings.LEDGER_SIGNING_KEY_PASSPHRASE,
    );
    const vault = await openConfiguredVault(settings, logger);
    await refuseRollback(new LedgerReader(pool), vault);
    await announceLedgerKey(key, { pool, messaging, clock: systemClock });
    const publisher = new Publisher({
      databaseUrl: settings.DATABASE_URL,
      vault,
      key,
      retentionDays: settings.WORM_RETENTION_DAYS,
      intervalMs: settings.LEDGER_INTERVAL_MS,
      clock: systemClock,
      logger,
      refuse(error) {
        logger.fatal({ err: error }, 'the ledger and the vault differ; this service ends and signs nothing');
        process.exitCode = 1;
        setTimeout(() => process.exit(1), 200);
      },
    });
    publisher.start();
    health.registerProgress('publisher', () => publisher.progress());
    const queue = new SealQueueRepository(pool);
    const sealer = createSealer({ queue, vault, messaging, retentionDays: settings.WORM_RETENTION_DAYS, logger });
    sealer.start();
    health.registerProgress('sealer', () => sealer.progress());
    const stamper = createStamper({ settings, repository: new TimestampRepository(pool), vault, logger });
    if (stamper) health.registerProgress('stamper', () => stamper.progress());
    const scrubber = new Scrubber({
      databaseUrl: settings.DATABASE_URL,
      vault,
      log: { origin: key.origin, publicKey: key.publicKey },
      messaging,
      logger,
      clock: systemClock,
      objectsPerSecond: settings.SCRUB_OBJECTS_PER_SECOND,
      restMs: settings.SCRUB_REST_SECONDS * 1_000,
    });
    scrubber.start();
    health.registerProgress('scrubber', () => scrubber.progress());
    return {
      module: AppModule.with({
        pool,
        source,
        sites,
        messaging,
        vault,
        logger,
        wakeSealer: () => sealer.wake(),
        ledger: { verifierKey: key.verifierKey, wakePublisher: () => publisher.wake() },
        kit: { key },
      }),
      stop: [
        {
          name: 'finish sealing and publishing',
          async run() {
            await Promise.all([sealer.stop(), publisher.stop(), stamper?.stop(), scrubber.stop()]);
            await vault.close();
          },
        },
      ],
    };
  },
});
