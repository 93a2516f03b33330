import type { Logger } from '@countersign/shared/telemetry';

/** How the store of the counts is doing. */
export interface LimiterState {
  available: boolean;
  degraded: boolean;
  failureCount: number;
  /** Milliseconds since 1970. */
  lastFailure: number | null;
}

export interface LimiterHealthOptions {
  /** Resolves when the store answers. */
  probe: () => Promise<unknown>;
  onRecovery: () => void;
  logger: Logger;
  /** Between two tries while degraded; 1,000 by default. */
  probeEveryMs?: number;
}

const mostFailures = 3;

/** Notices when the store fails, gives up on it after three failures in a row, and tries by itself until it is back. */
export class LimiterHealth {
  private readonly options: LimiterHealthOptions;
  private failures = 0;
  private lastFailure: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: LimiterHealthOptions) {
    this.options = options;
  }

  get isDegraded(): boolean {
    return this.failures >= mostFailures;
  }

  state(): LimiterState {
    const { failures, lastFailure, isDegraded } = this;
    return { available: failures === 0, degraded: isDegraded, failureCount: failures, lastFailure };
  }

  noteFailure(error: unknown): void {
    this.failures += 1;
    this.lastFailure = Date.now();
    if (this.failures !== mostFailures) return;
    this.options.logger.error({ err: error }, 'the limiter is degraded: what has to be counted is refused');
    this.timer = setInterval(() => void this.tryAgain(), this.options.probeEveryMs ?? 1_000);
    this.timer.unref();
  }

  noteSuccess(): void {
    if (this.failures === 0) return;
    if (this.isDegraded) this.options.logger.info({}, 'the limiter is back');
    this.failures = 0;
    clearInterval(this.timer);
    this.options.onRecovery();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async tryAgain(): Promise<void> {
    try {
      await this.options.probe();
      this.noteSuccess();
    } catch {
      this.lastFailure = Date.now();
    }
  }
}
