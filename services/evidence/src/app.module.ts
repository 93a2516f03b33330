import { type DynamicModule, Module } from '@nestjs/common';
import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { DataSource, Pool, SiteScope } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import { recordDurable } from './domain/durables.ts';
import { countEvidence, CountEvidenceController } from './features/count-evidence/count-evidence.controller.ts';
import { createCountEvidence } from './features/count-evidence/count-evidence.handler.ts';
import { describeBundle, DescribeBundleController } from './features/describe-bundle/describe-bundle.controller.ts';
import { createDescribeBundle } from './features/describe-bundle/describe-bundle.handler.ts';
import { extendRetention, ExtendRetentionController } from './features/extend-retention/extend-retention.controller.ts';
import { createExtendRetention } from './features/extend-retention/extend-retention.handler.ts';
import {
  findMissingEffects,
  FindMissingEffectsController,
} from './features/find-missing-effects/find-missing-effects.controller.ts';
import { createFindMissingEffects } from './features/find-missing-effects/find-missing-effects.handler.ts';
import { listEvidence, ListEvidenceController } from './features/list-evidence/list-evidence.controller.ts';
import { createListEvidence } from './features/list-evidence/list-evidence.handler.ts';
import { readHealth, ReadHealthController } from './features/read-health/read-health.controller.ts';
import { createReadHealth } from './features/read-health/read-health.handler.ts';
import { ApplianceKeys } from './features/find-appliance-key/appliance-keys.ts';
import { recordEvidence, RecordEvidenceConsumer } from './features/record-evidence/record-evidence.consumer.ts';
import { createRecordEvidence } from './features/record-evidence/record-evidence.handler.ts';
import { setLegalHold, SetLegalHoldController } from './features/set-legal-hold/set-legal-hold.controller.ts';
import { createSetLegalHold } from './features/set-legal-hold/set-legal-hold.handler.ts';
import { KitModule, type KitModuleParts } from './kit.module.ts';
import { LedgerModule, type LedgerParts } from './ledger.module.ts';
import { ChainRepository } from './persistence/chain.repository.ts';
import { EvidenceRepository } from './persistence/evidence.repository.ts';
import { LedgerRepository } from './persistence/ledger.repository.ts';
import { RetentionRepository } from './persistence/retention.repository.ts';
import { ScrubRepository } from './persistence/scrub.repository.ts';
import { SealQueueRepository } from './persistence/seal-queue.repository.ts';
import { WitnessModule } from './witness.module.ts';

export interface EvidenceParts {
  pool: Pool;
  source: DataSource;
  sites: SiteScope;
  messaging: Messaging;
  vault: Vault;
  logger: Logger;
  wakeSealer: () => void;
  ledger: Omit<LedgerParts, 'pool'>;
  kit: Pick<KitModuleParts, 'key' | 'verifier'>;
  clock?: Clock;
}

/** Binds the functions of the service to its doors. */
@Module({})
export class AppModule {
  static with(parts: EvidenceParts): DynamicModule {
    const { pool, source, sites, messaging, vault, logger, wakeSealer, clock = systemClock } = parts;
    const chains = new ChainRepository(pool, recordDurable);
    const ledger = new LedgerRepository(pool);
    const evidence = new EvidenceRepository(source, sites);
    const queue = new SealQueueRepository(pool);
    const retention = new RetentionRepository(sites);
    const scrub = new ScrubRepository(pool);
    const keys = new ApplianceKeys({ requester: messaging.requester, clock });
    return {
      module: AppModule,
      imports: [
        LedgerModule.with({ pool, ...parts.ledger }),
        WitnessModule.with({ pool, messaging, keys, logger, clock }),
        KitModule.with({ pool, vault, messaging, ...parts.kit }),
      ],
      controllers: [
        RecordEvidenceConsumer,
        ListEvidenceController,
        CountEvidenceController,
        ReadHealthController,
        FindMissingEffectsController,
        DescribeBundleController,
        ExtendRetentionController,
        SetLegalHoldController,
      ],
      providers: [
        { provide: recordEvidence, useFactory: () => createRecordEvidence({ chains, keys, messaging, wakeSealer }) },
        { provide: listEvidence, useFactory: () => createListEvidence(evidence) },
        { provide: countEvidence, useFactory: () => createCountEvidence({ evidence, scrub }) },
        { provide: readHealth, useFactory: () => createReadHealth({ vault, queue, clock }) },
        { provide: findMissingEffects, useFactory: () => createFindMissingEffects(ledger) },
        { provide: describeBundle, useFactory: () => createDescribeBundle(evidence) },
        {
          provide: extendRetention,
          useFactory: () => createExtendRetention({ repository: retention, vault, messaging }),
        },
        { provide: setLegalHold, useFactory: () => createSetLegalHold({ repository: retention, vault, messaging }) },
      ],
    };
  }
}
