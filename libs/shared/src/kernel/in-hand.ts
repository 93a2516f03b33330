/** Counts work that is under way, for whoever stops and waits for its end. */
export class InHand {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Work that fails has to say so itself, and to end well. */
  add(work: Promise<unknown>): void {
    this.#count += 1;
    void this.#follow(work);
  }

  /** Resolves when nothing is under way. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#count === 0) resolve();
      else this.#waiting.push(resolve);
    });
  }

  async #follow(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}
