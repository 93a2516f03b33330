import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import { type OpenFinding, type ScrubbedDatabase, ScrubRepository } from '../../persistence/scrub.repository.ts';
import type { Fault } from './fault.ts';
import type { ScrubbedLog } from './ledger/judge-checkpoints.ts';
import { Pace } from './pace.ts';
import { createSayFaults } from './say-faults.ts';
import { scrubRound } from './scrub-round.ts';
import { scrubTimes, sleep } from './scrubber.ts';
import { type ScrubbedVault, VaultReads } from './vault-reads.ts';
import { partsOf } from './walk.ts';

export interface ScrubOnceOptions {
  on: ScrubbedDatabase;
  vault: ScrubbedVault;
  log: ScrubbedLog;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
  messaging?: Pick<Messaging, 'publish'>;
  /** Absent: everything. */
  site?: string | undefined;
  signal?: AbortSignal;
  graceMs?: number;
  confirmAfterMs?: number;
  /** After every look: where the round is, and how many objects it has read. */
  onLook?: (part: string, objects: number, faults: readonly Fault[]) => void;
}

export interface ScrubResult {
  /** What the round found, also what was known before. */
  findings: OpenFinding[];
  /** What was found before, and is good now. */
  resolved: { kind: string; item: string }[];
  objects: number;
}

/** One whole round as fast as it goes, beside the walk of the service, which it does not disturb. */
export async function scrubOnce(options: ScrubOnceOptions): Promise<ScrubResult> {
  const { on, vault, log, clock, logger, messaging, onLook, site = null } = options;
  const { signal = new AbortController().signal } = options;
  const { graceMs = scrubTimes.graceMs, confirmAfterMs = scrubTimes.confirmAfterMs } = options;
  const repository = new ScrubRepository(on);
  const reads = new VaultReads(vault, new Pace({ perSecond: Infinity, sleep, now: () => performance.now(), signal }));
  const startedAt = await repository.now();
  const parts = partsOf({ on, reads, log, clock, startedAt, site, graceMs });
  const { resolved } = await scrubRound({
    parts,
    sayFaults: createSayFaults({ repository, messaging, logger }),
    repository,
    progress: { round: 0, startedAt, part: parts[0]!.name, cursor: null, objects: 0 },
    remember: false,
    site,
    pause: () => sleep(confirmAfterMs, signal),
    signal,
    objects: () => reads.objects,
    onLook: (part, faults) => onLook?.(part, reads.objects, faults),
  });
  const scope = { startedAt, parts: parts.map(({ name }) => name), site };
  return { findings: await repository.found(scope), resolved, objects: reads.objects };
}
