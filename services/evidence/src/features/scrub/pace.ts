/** Waits; ends early and quietly when the signal is given. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export interface PaceOptions {
  /** Objects; Infinity: as fast as it goes. */
  perSecond: number;
  sleep: Sleep;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  signal: AbortSignal;
}

/** Lets one object through every so often, without saving up for a burst what was not used. */
export class Pace {
  private readonly options: PaceOptions;
  private next = -Infinity;

  constructor(options: PaceOptions) {
    this.options = options;
  }

  /** Resolves when the next object may be read. Throws the signal's reason once it is given. */
  async take(): Promise<void> {
    const { perSecond, sleep, now, signal } = this.options;
    signal.throwIfAborted();
    if (perSecond === Infinity) return;
    const at = now();
    const mine = Math.max(at, this.next);
    this.next = mine + 1_000 / perSecond;
    if (mine > at) await sleep(mine - at, signal);
    signal.throwIfAborted();
  }
}
