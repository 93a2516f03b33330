import { type DynamicModule, Module } from '@nestjs/common';
import type { Pool } from '@countersign/shared/persistence';
import { auditEvents, AuditEventsConsumer } from './features/audit-events/audit-events.consumer.ts';
import { createAuditEvents } from './features/audit-events/audit-events.handler.ts';
import {
  proveConsistency,
  ProveConsistencyController,
} from './features/prove-consistency/prove-consistency.controller.ts';
import { createProveConsistency } from './features/prove-consistency/prove-consistency.handler.ts';
import { proveItem, ProveItemController } from './features/prove-item/prove-item.controller.ts';
import { createProveItem } from './features/prove-item/prove-item.handler.ts';
import { readAudit, ReadAuditController } from './features/read-audit/read-audit.controller.ts';
import { createReadAudit } from './features/read-audit/read-audit.handler.ts';
import { readEntries, ReadEntriesController } from './features/read-entries/read-entries.controller.ts';
import { createReadEntries } from './features/read-entries/read-entries.handler.ts';
import { readLedgerHead, ReadLedgerHeadController } from './features/read-ledger-head/read-ledger-head.controller.ts';
import { createReadLedgerHead } from './features/read-ledger-head/read-ledger-head.handler.ts';
import { readTile, ReadTileController } from './features/read-tile/read-tile.controller.ts';
import { createReadTile } from './features/read-tile/read-tile.handler.ts';
import { AuditReader } from './persistence/audit-reader.ts';
import { LedgerReader } from './persistence/ledger-reader.ts';
import { LedgerRepository } from './persistence/ledger.repository.ts';
import { ProvableRepository } from './persistence/provable.repository.ts';
import { TileReader } from './persistence/tile-reader.ts';

export interface LedgerParts {
  pool: Pool;
  /** C2SP vkey of the log. */
  verifierKey: string;
  /** There are new leaves. */
  wakePublisher: () => void;
}

/** The ledger's doors: what appends to it, and what reads and proves from it. */
@Module({})
export class LedgerModule {
  static with({ pool, verifierKey, wakePublisher }: LedgerParts): DynamicModule {
    const ledger = new LedgerRepository(pool);
    const repository = new ProvableRepository(pool);
    const reader = new LedgerReader(pool);
    const tiles = new TileReader(pool);
    return {
      module: LedgerModule,
      controllers: [
        AuditEventsConsumer,
        ReadLedgerHeadController,
        ReadTileController,
        ReadEntriesController,
        ReadAuditController,
        ProveItemController,
        ProveConsistencyController,
      ],
      providers: [
        { provide: auditEvents, useFactory: () => createAuditEvents({ ledger, wakePublisher }) },
        { provide: readLedgerHead, useFactory: () => createReadLedgerHead(reader, verifierKey) },
        { provide: readTile, useFactory: () => createReadTile(reader, tiles) },
        { provide: readEntries, useFactory: () => createReadEntries(reader) },
        { provide: readAudit, useFactory: () => createReadAudit(new AuditReader(pool)) },
        { provide: proveItem, useFactory: () => createProveItem({ reader, repository, tiles }) },
        { provide: proveConsistency, useFactory: () => createProveConsistency(reader, tiles) },
      ],
    };
  }
}
