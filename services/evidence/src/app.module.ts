import { type DynamicModule, Module } from '@nestjs/common';
import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { DataSource, Pool } from '@countersign/shared/persistence';
import type { Vault } from '@countersign/shared/vault';
import { recordDurable } from './domain/durables.ts';
import { auditEvents, AuditEventsConsumer } from './features/audit-events/audit-events.consumer.ts';
import { createAuditEvents } from './features/audit-events/audit-events.handler.ts';
import { countEvidence, CountEvidenceController } from './features/count-evidence/count-evidence.controller.ts';
import { createCountEvidence } from './features/count-evidence/count-evidence.handler.ts';
import {
  findMissingEffects,
  FindMissingEffectsController,
} from './features/find-missing-effects/find-missing-effects.controller.ts';
import { createFindMissingEffects } from './features/find-missing-effects/find-missing-effects.handler.ts';
import { listEvidence, ListEvidenceController } from './features/list-evidence/list-evidence.controller.ts';
import { createListEvidence } from './features/list-evidence/list-evidence.handler.ts';
import { readHealth, ReadHealthController } from './features/read-health/read-health.controller.ts';
import { createReadHealth } from './features/read-health/read-health.handler.ts';
import { ApplianceKeys } from './features/record-evidence/appliance-keys.ts';
import { recordEvidence, RecordEvidenceConsumer } from './features/record-evidence/record-evidence.consumer.ts';
import { createRecordEvidence } from './features/record-evidence/record-evidence.handler.ts';
import { ChainRepository } from './persistence/chain.repository.ts';
import { EvidenceRepository } from './persistence/evidence.repository.ts';
import { LedgerRepository } from './persistence/ledger.repository.ts';

export interface EvidenceParts {
  pool: Pool;
  source: DataSource;
  messaging: Messaging;
  vault: Vault;
  wakeSealer: () => void;
  clock?: Clock;
}

/** Binds the functions of the service to its doors. */
@Module({})
export class AppModule {
  static with({ pool, source, messaging, vault, wakeSealer, clock = systemClock }: EvidenceParts): DynamicModule {
    const chains = new ChainRepository(pool, recordDurable);
    const ledger = new LedgerRepository(pool);
    const evidence = new EvidenceRepository(source);
    const keys = new ApplianceKeys({ requester: messaging.requester, clock });
    return {
      module: AppModule,
      controllers: [
        RecordEvidenceConsumer,
        AuditEventsConsumer,
        ListEvidenceController,
        CountEvidenceController,
        ReadHealthController,
        FindMissingEffectsController,
      ],
      providers: [
        { provide: recordEvidence, useFactory: () => createRecordEvidence({ chains, keys, messaging, wakeSealer }) },
        { provide: auditEvents, useFactory: () => createAuditEvents({ ledger }) },
        { provide: listEvidence, useFactory: () => createListEvidence(evidence) },
        { provide: countEvidence, useFactory: () => createCountEvidence(evidence) },
        { provide: readHealth, useFactory: () => createReadHealth(vault, clock) },
        { provide: findMissingEffects, useFactory: () => createFindMissingEffects(ledger) },
      ],
    };
  }
}
