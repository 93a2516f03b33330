import { type DynamicModule, Module } from '@nestjs/common';
import type { Messaging } from '@countersign/shared/messaging';
import type { Pool } from '@countersign/shared/persistence';
import type { Vault } from '@countersign/shared/vault';
import type { LedgerKey } from './domain/ledger-key.ts';
import { exportKit, ExportKitController } from './features/export-kit/export-kit.controller.ts';
import { createExportKit } from './features/export-kit/export-kit.handler.ts';
import { readVerifier } from './features/export-kit/read-verifier.ts';
import { KitRepository } from './persistence/kit.repository.ts';
import { LedgerReader } from './persistence/ledger-reader.ts';
import { TileReader } from './persistence/tile-reader.ts';

export interface KitModuleParts {
  pool: Pool;
  vault: Vault;
  messaging: Messaging;
  key: LedgerKey;
  /** The text of the verifier; what the build made unless told. */
  verifier?: (() => Promise<string>) | undefined;
}

/** The door of the auditor's kit. */
@Module({})
export class KitModule {
  static with({ pool, vault, messaging, key, verifier = readVerifier }: KitModuleParts): DynamicModule {
    const repository = new KitRepository(pool);
    const reader = new LedgerReader(pool);
    const tiles = new TileReader(pool);
    const { requester } = messaging;
    return {
      module: KitModule,
      controllers: [ExportKitController],
      providers: [
        {
          provide: exportKit,
          useFactory: () => createExportKit({ repository, reader, tiles, vault, requester, key, verifier }),
        },
      ],
    };
  }
}
