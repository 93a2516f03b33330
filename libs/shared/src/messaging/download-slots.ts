import { AppError } from '../kernel/index.ts';

/** How many downloads of one kind a process prepares at the same moment; a few more wait their turn. */
export class DownloadSlots {
  readonly #atOnce: number;
  readonly #waitingAtMost: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number, waitingAtMost = 32) {
    this.#atOnce = atOnce;
    this.#waitingAtMost = waitingAtMost;
  }

  /**
   * Resolves with how to give the slot back, once. Throws `MESSAGING.UNAVAILABLE` when too many wait, and what `signal`
   * says when it is aborted.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#taken >= this.#atOnce) {
      if (this.#waiting.size >= this.#waitingAtMost) throw tooMany();
      await this.#turn(signal);
    } else {
      this.#taken += 1;
    }
    return once(() => this.#give());
  }

  /** A slot passes from hand to hand: what waits never finds it taken by somebody who came later. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(go);
        reject(signal.reason as Error);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #give(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

function tooMany(): AppError {
  return new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'Too many downloads are under way.', {
    retryAfterSeconds: 5,
  });
}
