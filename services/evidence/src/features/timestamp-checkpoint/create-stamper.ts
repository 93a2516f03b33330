import { type Clock, systemClock } from '@countersign/shared/kernel';
import type { Logger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import type { EvidenceSettings } from '../../evidence.config.ts';
import type { TimestampRepository } from '../../persistence/timestamp.repository.ts';
import { openRfc3161Authority } from './rfc3161-authority.ts';
import { startStamper, type Stamper } from './stamper.ts';
import { createTimestampCheckpoint } from './timestamp-checkpoint.handler.ts';

export interface CreateStamperOptions {
  settings: EvidenceSettings;
  repository: TimestampRepository;
  vault: Vault;
  logger: Logger;
  clock?: Clock;
}

/** Starts the stamper when an authority is configured; there is none by default. */
export function createStamper(options: CreateStamperOptions): Stamper | undefined {
  const { settings, repository, vault, logger, clock = systemClock } = options;
  if (settings.LEDGER_TSA_URL === undefined || settings.LEDGER_TSA_CA === undefined) return undefined;
  const authority = openRfc3161Authority({ url: settings.LEDGER_TSA_URL, trustedPem: settings.LEDGER_TSA_CA });
  const timestampCheckpoint = createTimestampCheckpoint({
    repository,
    authority,
    vault,
    retentionDays: settings.WORM_RETENTION_DAYS,
    everyMinutes: settings.LEDGER_TSA_MINUTES,
    clock,
  });
  return startStamper(timestampCheckpoint, logger);
}
