import { type DynamicModule, Module } from '@nestjs/common';
import { sha256 } from '@countersign/shared/crypto';
import type { Clock } from '@countersign/shared/kernel';
import { proveConsistency } from '@countersign/shared/ledger';
import type { Messaging } from '@countersign/shared/messaging';
import type { Pool } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';
import type { ApplianceKeys } from './features/find-appliance-key/appliance-keys.ts';
import { createTellForeign } from './features/witness-checkpoint/tell-foreign.ts';
import {
  witnessCheckpoint,
  WitnessCheckpointController,
} from './features/witness-checkpoint/witness-checkpoint.controller.ts';
import { createWitnessCheckpoint } from './features/witness-checkpoint/witness-checkpoint.handler.ts';
import { CosignatureRepository } from './persistence/cosignature.repository.ts';
import { TileReader } from './persistence/tile-reader.ts';

export interface WitnessParts {
  pool: Pool;
  messaging: Messaging;
  keys: ApplianceKeys;
  logger: Logger;
  clock: Clock;
}

/** The door of the appliances that watch the ledger. */
@Module({})
export class WitnessModule {
  static with({ pool, messaging, keys, logger, clock }: WitnessParts): DynamicModule {
    const repository = new CosignatureRepository(pool);
    const tiles = new TileReader(pool);
    const tellForeign = createTellForeign({ repository, messaging, logger, clock });
    const prove = (from: number, to: number) => proveConsistency(from, to, tiles, sha256);
    return {
      module: WitnessModule,
      controllers: [WitnessCheckpointController],
      providers: [
        {
          provide: witnessCheckpoint,
          useFactory: () => createWitnessCheckpoint({ repository, keys, prove, tellForeign, clock }),
        },
      ],
    };
  }
}
