import { setTimeout as delay } from 'node:timers/promises';

const stalledAfterMs = 120_000;

/**
 * Work that goes round in the background of a process: it is woken when there is something new, rests when there is not,
 * and stops between two rounds.
 */
export abstract class RoundLoop {
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private running: Promise<void> | undefined;
  private woken = false;
  private lastRound = Date.now();

  start(): void {
    this.running = this.run();
  }

  /** There is something new to do. */
  wake(): void {
    this.woken = true;
    this.pause.abort();
  }

  /** Finishes what is in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
  }

  progress(): { stalled: boolean; detail: string } {
    const idleMs = Date.now() - this.lastRound;
    return { stalled: idleMs > stalledAfterMs, detail: `last round ${idleMs} ms ago` };
  }

  /** Goes round until `isStopped`; says where rounds begin and end. */
  protected abstract run(): Promise<void>;

  protected get isStopped(): boolean {
    return this.stopSignal.aborted;
  }

  protected get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Something new came since the round began: the round may have missed it. */
  protected get isWoken(): boolean {
    return this.woken;
  }

  protected beginRound(): void {
    this.woken = false;
  }

  /** Whatever the round came to: the loop is alive. */
  protected endRound(): void {
    this.lastRound = Date.now();
  }

  /** Ends early when the loop is to stop, and not for anything new. */
  protected async sleep(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.stopSignal }).catch(() => {});
  }

  /** Ends early when the loop is to stop, and when there is something new. */
  protected async rest(ms: number): Promise<void> {
    if (this.isStopped || this.woken) return;
    this.pause = new AbortController();
    await delay(ms, undefined, { signal: this.pause.signal }).catch(() => {});
  }
}
