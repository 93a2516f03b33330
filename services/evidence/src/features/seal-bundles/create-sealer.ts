import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import type { SealQueueRepository } from '../../persistence/seal-queue.repository.ts';
import { createPutBundle } from './put-bundle.ts';
import { createSealBundles } from './seal-bundles.handler.ts';
import { Sealer } from './sealer.ts';

export interface CreateSealerOptions {
  queue: SealQueueRepository;
  vault: Vault;
  messaging: Messaging;
  retentionDays: number;
  logger: Logger;
  clock?: Clock;
  idleMs?: number;
}

/** Puts the sealer of a process together; it has to be started. */
export function createSealer(options: CreateSealerOptions): Sealer {
  const { queue, vault, messaging, retentionDays, logger, clock = systemClock, idleMs } = options;
  const putBundle = createPutBundle({ vault, retentionDays, clock });
  const sealBundles = createSealBundles({ queue, putBundle, messaging, logger });
  return new Sealer({ sealBundles, oldest: () => queue.oldest(), logger, idleMs });
}
