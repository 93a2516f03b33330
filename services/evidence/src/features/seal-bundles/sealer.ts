import type { Logger } from '@countersign/shared/telemetry';
import { RoundLoop } from '../run-rounds/round-loop.ts';
import type { SealBundles, SealRound } from './seal-bundles.handler.ts';

export interface SealerOptions {
  sealBundles: SealBundles;
  /** How many bundles wait, and for how long the oldest has. */
  oldest: () => Promise<{ waiting: number; oldestSeconds: number }>;
  logger: Logger;
  /** Between two looks at the queue when nobody wakes it: also how soon a vault that was down is tried again. */
  idleMs?: number | undefined;
  /** A bundle that waits longer than this is worth a warning. */
  lateAfterSeconds?: number;
  lookAtAgeEveryMs?: number;
}

const bundlesAtOnce = 64;
/** 64 bundles every 115 ms are 556 a second, while bundles keep coming. */
const paceMs = 115;

/** Seals whatever waits, until it is stopped. While the vault is down it tries one bundle at a time. */
export class Sealer extends RoundLoop {
  private readonly options: SealerOptions;
  private vaultDown = false;
  private lastLook = Date.now();

  constructor(options: SealerOptions) {
    super();
    this.options = options;
  }

  protected async run(): Promise<void> {
    const { idleMs = 1_000 } = this.options;
    while (!this.isStopped) {
      this.beginRound();
      const begun = performance.now();
      const more = await this.round();
      this.endRound();
      await this.warnOfAge();
      if (this.isStopped) return;
      if (this.isWoken && !this.vaultDown) await this.giveWay(begun);
      // New bundles bring no vault back: while it is down they shorten no pause.
      else if (!more) await (this.vaultDown ? this.sleep(idleMs) : this.rest(idleMs));
    }
  }

  /** True when there may be more to do at once. */
  private async round(): Promise<boolean> {
    const { sealBundles, logger } = this.options;
    const limit = this.vaultDown ? 1 : bundlesAtOnce;
    try {
      const round = await sealBundles(limit, this.stopSignal);
      this.noteVault(round);
      return !round.vaultDown && round.claimed === limit;
    } catch (error) {
      logger.warn({ err: error }, 'sealing failed; trying again');
      return false;
    }
  }

  private noteVault({ vaultDown, sealed }: SealRound): void {
    const { logger } = this.options;
    if (vaultDown && !this.vaultDown)
      logger.error({}, 'the vault cannot be written to; bundles stay accepted until it can');
    if (this.vaultDown && sealed > 0) logger.info({}, 'the vault is back; catching up');
    this.vaultDown = vaultDown || (this.vaultDown && sealed === 0);
  }

  private async warnOfAge(): Promise<void> {
    const { oldest, logger, lateAfterSeconds = 60, lookAtAgeEveryMs = 10_000 } = this.options;
    if (Date.now() - this.lastLook < lookAtAgeEveryMs) return;
    this.lastLook = Date.now();
    try {
      const { waiting, oldestSeconds } = await oldest();
      if (waiting === 0 || oldestSeconds < lateAfterSeconds) return;
      logger.warn({ waiting, oldest_seconds: Math.round(oldestSeconds) }, 'bundles wait for their seal');
    } catch (error) {
      logger.warn({ err: error }, 'cannot see how long bundles wait for their seal');
    }
  }

  /**
   * While bundles keep coming, accepting them goes first: a round begins at most every `paceMs`, so that it finds many
   * at once and sealing takes no more than its share of the machine. What was left over is made up for afterwards.
   */
  private giveWay(begun: number): Promise<void> {
    return this.sleep(paceMs - (performance.now() - begun));
  }
}
