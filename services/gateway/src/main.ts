import 'reflect-metadata';
import multipart from '@fastify/multipart';
import { runService } from '@countersign/shared/boot';
import { routeCatalog } from '@countersign/shared/contracts';
import { ReplyInbox } from '@countersign/shared/messaging';
import { AppModule } from './app.module.ts';
import { forgetExpiredKeys } from './features/accept-intake/forget-expired-keys.ts';
import { openTokenIssuers } from './features/verify-principal/token-issuers.ts';
import { gatewaySettings } from './gateway.config.ts';
import { IntakeRepository } from './persistence/intake.repository.ts';
import { PrincipalRepository } from './persistence/principal.repository.ts';

await runService({
  name: 'gateway',
  settings: gatewaySettings,
  moduleUrl: import.meta.url,
  entities: [],
  async assemble({ settings, logger, pool, messaging }) {
    const issuers = await openTokenIssuers(settings, (error) =>
      logger.warn({ err: error }, "the issuer's keys cannot be fetched"),
    );
    const principals = new PrincipalRepository(pool, settings.DATABASE_URL, logger);
    const listening = principals.listen();
    const intake = new IntakeRepository(pool, {
      requests: settings.RATE_LIMIT_REQUESTS,
      windowSeconds: settings.RATE_LIMIT_WINDOW,
    });
    const inbox = new ReplyInbox(messaging.broker.connection);
    const stopSignal = new AbortController();
    const forgetting = forgetExpiredKeys(intake, stopSignal.signal, logger);
    return {
      module: AppModule.with({ settings, pool, messaging, inbox, principals, issuers, intake }),
      stop: [
        {
          name: 'stop background work',
          async run() {
            stopSignal.abort();
            inbox.close();
            await principals.close();
            await Promise.all([listening, forgetting]);
          },
        },
      ],
    };
  },
  async prepareHttp(app) {
    const fileSize = routeCatalog.uploadEvidence.maxBytes;
    await app.register(multipart, { limits: { fileSize, files: 2, fields: 0, parts: 2, headerPairs: 20 } });
  },
});
