/** Resolves when the dependency answers; rejects when it does not. */
export type Check = () => Promise<void>;

export interface DependencyCheckOptions {
  /** A result is good for so long. */
  cacheMs: number;
  /** A check that takes longer has failed. */
  timeoutMs: number;
  /** Told of each change, with the cause when the dependency is gone. */
  onChange: (connected: boolean, cause?: unknown) => void;
}

/** One dependency, asked at most once at a time however many probes come. */
export class DependencyCheck {
  readonly #check: Check;
  readonly #options: DependencyCheckOptions;
  #answer: Promise<boolean> | undefined;
  #answeredAt = 0;
  #isAsking = false;
  #wasConnected: boolean | undefined;

  constructor(check: Check, options: DependencyCheckOptions) {
    this.#check = check;
    this.#options = options;
  }

  isConnected(): Promise<boolean> {
    // A check that hangs beyond its timeout is not asked a second time beside itself.
    if (
      this.#answer === undefined ||
      (!this.#isAsking && performance.now() - this.#answeredAt > this.#options.cacheMs)
    ) {
      this.#answer = this.#ask();
    }
    return this.#answer;
  }

  async #ask(): Promise<boolean> {
    this.#isAsking = true;
    const asked = this.#run();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The check did not end in time.')), this.#options.timeoutMs);
    });
    try {
      await Promise.race([asked, late]);
      return this.#settle(true);
    } catch (error) {
      return this.#settle(false, error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#check();
    } finally {
      this.#isAsking = false;
    }
  }

  #settle(connected: boolean, cause?: unknown): boolean {
    this.#answeredAt = performance.now();
    if (connected !== this.#wasConnected && !(connected && this.#wasConnected === undefined)) {
      this.#options.onChange(connected, cause);
    }
    this.#wasConnected = connected;
    return connected;
  }
}
