import 'reflect-metadata';
import multipart from '@fastify/multipart';
import { runService } from '@countersign/shared/boot';
import { routeCatalog } from '@countersign/shared/contracts';
import { ReplyInbox } from '@countersign/shared/messaging';
import { AppModule } from './app.module.ts';
import { forgetExpiredKeys } from './features/accept-intake/forget-expired-keys.ts';
import { openAudit } from './features/audit-requests/open-audit.ts';
import { openTokenIssuers } from './features/verify-principal/token-issuers.ts';
import { forgetNonces } from './features/verify-signature/forget-nonces.ts';
import { openLimits } from './features/limit-requests/open-limits.ts';
import { gatewaySettings } from './gateway.config.ts';
import { limitsOf } from './limits.config.ts';
import { IntakeRepository } from './persistence/intake.repository.ts';
import { LimitRepository } from './persistence/limit.repository.ts';
import { NonceRepository } from './persistence/nonce.repository.ts';
import { PrincipalRepository } from './persistence/principal.repository.ts';
import { transportOf } from './transport.config.ts';

await runService({
  name: 'gateway',
  settings: gatewaySettings,
  moduleUrl: import.meta.url,
  entities: [],
  async assemble({ settings, logger, pool, sites, messaging }) {
    const issuers = await openTokenIssuers(settings, (error) =>
      logger.warn({ err: error }, "the issuer's keys cannot be fetched"),
    );
    const principals = new PrincipalRepository(pool, settings.DATABASE_URL, logger);
    const listening = principals.listen();
    const policies = limitsOf(settings);
    const limits = openLimits(
      policies,
      new LimitRepository(pool, settings.DATABASE_URL, 'failed-requests', logger),
      logger,
    );
    const { limit: requests, windowSeconds } = policies['site-reports'];
    const intake = new IntakeRepository(pool, { requests, windowSeconds });
    const inbox = new ReplyInbox(messaging.broker.connection);
    const audit = openAudit(settings, { pool, messaging, logger });
    const stopSignal = new AbortController();
    const forgetting = Promise.all([
      forgetExpiredKeys(intake, stopSignal.signal, logger),
      forgetNonces(new NonceRepository(pool), stopSignal.signal, logger),
    ]);
    return {
      module: AppModule.with({ settings, pool, sites, messaging, inbox, principals, issuers, intake, limits }),
      http: { ...transportOf(settings), addressLimits: limits.addresses, audit: audit.requests },
      stop: [
        { name: 'write the audit', run: () => audit.close() },
        {
          name: 'stop background work',
          async run() {
            stopSignal.abort();
            inbox.close();
            await Promise.all([principals.close(), limits.close()]);
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
