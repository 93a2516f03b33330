import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@countersign/shared/telemetry';
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
const stalledAfterMs = 120_000;

/** Seals whatever waits, until it is stopped. While the vault is down it tries one bundle at a time. */
export class Sealer {
  private readonly options: SealerOptions;
  private readonly stopSignal = new AbortController();
  private loop: Promise<void> | undefined;
  private pause = new AbortController();
  private woken = false;
  private vaultDown = false;
  private lastRound = Date.now();
  private lastLook = Date.now();

  constructor(options: SealerOptions) {
    this.options = options;
  }

  start(): void {
    this.loop = this.run();
  }

  /** There is something new to seal. */
  wake(): void {
    this.woken = true;
    if (!this.vaultDown) this.pause.abort();
  }

  /** Finishes what is in hand. */
  async stop(): Promise<void> {
    this.stopSignal.abort();
    this.pause.abort();
    await this.loop;
  }

  progress(): { stalled: boolean; detail: string } {
    const idleMs = Date.now() - this.lastRound;
    return { stalled: idleMs > stalledAfterMs, detail: `last round ${idleMs} ms ago` };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopSignal;
    while (!signal.aborted) {
      this.woken = false;
      const begun = performance.now();
      const more = await this.round();
      this.lastRound = Date.now();
      await this.warnOfAge();
      if (signal.aborted) return;
      if (this.woken && !this.vaultDown) await this.giveWay(begun);
      else if (!more) await this.rest();
    }
  }

  /** True when there may be more to do at once. */
  private async round(): Promise<boolean> {
    const { sealBundles, logger } = this.options;
    const limit = this.vaultDown ? 1 : bundlesAtOnce;
    try {
      const round = await sealBundles(limit, this.stopSignal.signal);
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
  private async giveWay(begun: number): Promise<void> {
    const left = paceMs - (performance.now() - begun);
    if (left > 0) await delay(left, undefined, { signal: this.stopSignal.signal }).catch(() => {});
  }

  private async rest(): Promise<void> {
    const { idleMs = 1_000 } = this.options;
    if (this.woken && !this.vaultDown) return;
    this.pause = new AbortController();
    await delay(idleMs, undefined, { signal: this.pause.signal }).catch(() => {});
  }
}
