import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import { isVaultDown } from '../../domain/vault-down.ts';
import { LeaderSession } from '../../persistence/leader-session.ts';
import { type ScrubProgress, ScrubRepository } from '../../persistence/scrub.repository.ts';
import type { ScrubbedLog } from './ledger/judge-checkpoints.ts';
import { Pace, type Sleep } from './pace.ts';
import { createSayFaults } from './say-faults.ts';
import { scrubRound } from './scrub-round.ts';
import { type ScrubbedVault, VaultReads } from './vault-reads.ts';
import { partsOf } from './walk.ts';

export interface ScrubberOptions {
  databaseUrl: string;
  vault: ScrubbedVault;
  log: ScrubbedLog;
  messaging: Pick<Messaging, 'publish'>;
  logger: Logger;
  clock: Clock;
  /** The pace. */
  objectsPerSecond: number;
  /** An object younger than this may be in flight. */
  graceMs?: number;
  /** Before what seems wrong is looked at again. */
  confirmAfterMs?: number;
  /** Between two rounds. */
  restMs?: number;
  /** How often who does not lead asks whether it may, and how soon a vault that is down is tried again. */
  retryMs?: number;
}

const leadership = { applicationName: 'countersign-evidence-scrub', lock: 1_396_920_930 };
const stalledAfterMs = 120_000;
const tellEveryMs = 60_000;

/** The times that a scrubber keeps unless it is told others. */
export const scrubTimes = { graceMs: 600_000, confirmAfterMs: 2_000, restMs: 10_000, retryMs: 5_000 };

/** Waits by the real clock. */
export const sleep: Sleep = (ms, signal) => delay(ms, undefined, { signal }).catch(() => {});

/** Walks round after round while it leads; of all replicas on a database one does. */
export class Scrubber {
  private readonly options: Required<ScrubberOptions>;
  private readonly stopSignal = new AbortController();
  private readonly reads: VaultReads;
  private loop: Promise<void> | undefined;
  private vaultDown = false;
  private lastStep = Date.now();
  private lastObjects = 0;
  private lastLine = Date.now();
  private isResting = false;

  constructor(options: ScrubberOptions) {
    this.options = { ...scrubTimes, ...options };
    const { signal } = this.stopSignal;
    const pace = new Pace({ perSecond: options.objectsPerSecond, sleep, now: () => performance.now(), signal });
    this.reads = new VaultReads(options.vault, pace);
  }

  start(): void {
    this.loop = this.run();
  }

  /** Ends after the object in hand; the walk goes on from the last look. */
  async stop(): Promise<void> {
    this.stopSignal.abort();
    await this.loop;
  }

  progress(): { stalled: boolean; detail: string } {
    if (this.reads.objects !== this.lastObjects) this.step();
    this.lastObjects = this.reads.objects;
    const idleMs = Date.now() - this.lastStep;
    return {
      stalled: !this.isResting && idleMs > stalledAfterMs,
      detail: `last step of the scrubber ${idleMs} ms ago`,
    };
  }

  private get isStopped(): boolean {
    return this.stopSignal.signal.aborted;
  }

  private step(): void {
    this.lastStep = Date.now();
  }

  private async run(): Promise<void> {
    const { databaseUrl, logger, retryMs } = this.options;
    while (!this.isStopped) {
      let session: LeaderSession | undefined;
      try {
        session = await LeaderSession.open(databaseUrl, leadership);
        await this.lead(session);
      } catch (error) {
        if (!this.isStopped) logger.warn({ err: error }, 'the scrubber was interrupted; going on');
      } finally {
        await session?.close();
        this.step();
      }
      await this.sleep(retryMs);
    }
  }

  private async lead(session: LeaderSession): Promise<void> {
    const { logger, retryMs, restMs } = this.options;
    while (!(await session.tryLead())) {
      this.step();
      await this.sleep(retryMs);
      if (this.isStopped) return;
    }
    const repository = new ScrubRepository(session.client);
    let progress = await repository.readProgress();
    logger.info({ round: progress?.round ?? 1, part: progress?.part }, 'this process walks the evidence');
    while (!this.isStopped) {
      progress ??= await begin(repository, 0);
      if (!(await this.walk(session, repository, progress))) continue;
      const { round, objects, startedAt } = progress;
      const seconds = Math.round((Date.now() - startedAt.getTime()) / 1_000);
      const open = await repository.countOpen(null);
      logger.info({ round, objects, seconds, open_faults: open }, 'the scrubber ended a round');
      this.isResting = true;
      await this.sleep(restMs);
      this.isResting = false;
      this.step();
      if (!this.isStopped) progress = await begin(repository, round);
    }
  }

  /** False when the vault was down: the same round goes on after a pause. */
  private async walk(session: LeaderSession, repository: ScrubRepository, progress: ScrubProgress): Promise<boolean> {
    const { log, clock, graceMs, confirmAfterMs, retryMs, messaging, logger } = this.options;
    const { reads } = this;
    const { startedAt } = progress;
    try {
      const { resolved } = await scrubRound({
        parts: partsOf({ on: session.client, reads, log, clock, startedAt, site: null, graceMs }),
        sayFaults: createSayFaults({ repository, messaging, logger }),
        repository,
        progress,
        remember: true,
        site: null,
        pause: () => this.sleep(confirmAfterMs),
        signal: this.stopSignal.signal,
        objects: () => reads.objects,
        onLook: (part) => {
          session.assertOpen();
          this.noteVault();
          this.step();
          this.tellProgress(progress, part);
        },
      });
      await repository.saveEnd();
      for (const { kind, item } of resolved) logger.info({ kind, item }, 'an integrity fault is gone');
      return true;
    } catch (error) {
      if (!isVaultDown(error)) throw error;
      this.noteVault(error);
      this.step();
      await this.sleep(retryMs);
      return false;
    }
  }

  private noteVault(error?: unknown): void {
    const { logger } = this.options;
    const isDown = error !== undefined;
    if (isDown && !this.vaultDown)
      logger.warn({ err: error }, 'the vault cannot be read; the scrubber waits until it can');
    if (!isDown && this.vaultDown) logger.info({}, 'the vault is back; the scrubber goes on');
    this.vaultDown = isDown;
  }

  /** Where a long round is, from time to time. */
  private tellProgress({ round, objects }: ScrubProgress, part: string): void {
    if (Date.now() - this.lastLine < tellEveryMs) return;
    this.lastLine = Date.now();
    this.options.logger.info({ round, part, objects }, 'the scrubber is under way');
  }

  private sleep(ms: number): Promise<void> {
    return sleep(ms, this.stopSignal.signal);
  }
}

async function begin(repository: ScrubRepository, before: number): Promise<ScrubProgress> {
  const startedAt = await repository.now();
  const progress = { round: before + 1, startedAt, part: 'ledger', cursor: null, objects: 0 };
  await repository.saveProgress(progress);
  return progress;
}
