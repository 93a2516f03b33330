/** What waits for the next commit. `key` stands in one commit only once: the second of two equals waits for the next. */
interface Waiting<Item, Outcome> {
  item: Item;
  key: string | undefined;
  bytes: number;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Item, Outcome> {
  /** Commits all items together; one outcome per item, in order. */
  commit: (items: Item[]) => Promise<Outcome[]>;
  keyOf?: (item: Item) => string;
  bytesOf: (item: Item) => number;
  maxItems?: number;
  maxBytes?: number;
  /**
   * How long a batch waits for more to come, once there was company: the one before had three items or more. Whatever
   * becomes of a batch later, in each service, costs less the more there is in it. None by default.
   */
  lingerMs?: number;
  /** Items that may wait; beyond it `full` is thrown, for memory is no queue. */
  maxWaiting?: number;
  full: () => Error;
}

/** What is accepted goes through four services: a millisecond saves a quarter of their work under load (docs/benchmarks.md). */
export const lingerForCompany = 1;

const company = 3;

/**
 * Collects what comes while a commit is under way and commits it together with the next: no added latency when idle, and
 * ever larger batches under load.
 */
export class GroupCommit<Item, Outcome> {
  private readonly options: GroupCommitOptions<Item, Outcome>;
  private waiting: Waiting<Item, Outcome>[] = [];
  private scheduled = false;
  private lastSize = 0;

  constructor(options: GroupCommitOptions<Item, Outcome>) {
    this.options = options;
  }

  /** Resolves after the commit that the item was part of. */
  submit(item: Item): Promise<Outcome> {
    const { keyOf, bytesOf, maxWaiting = 10_000, full } = this.options;
    if (this.waiting.length >= maxWaiting) return Promise.reject(full());
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, key: keyOf?.(item), bytes: bytesOf(item), resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    // After the sockets that are readable now were read: what came together goes together.
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    const { commit, lingerMs = 0 } = this.options;
    while (this.waiting.length > 0) {
      if (lingerMs > 0 && this.lastSize >= company) await new Promise((resolve) => setTimeout(resolve, lingerMs));
      const batch = this.takeBatch();
      this.lastSize = batch.length;
      try {
        const outcomes = await commit(batch.map((entry) => entry.item));
        batch.forEach((entry, index) => entry.resolve(outcomes[index]!));
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    this.scheduled = false;
  }

  private takeBatch(): Waiting<Item, Outcome>[] {
    const { maxItems = 128, maxBytes = 384 * 1024 } = this.options;
    const batch: Waiting<Item, Outcome>[] = [];
    const later: Waiting<Item, Outcome>[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    for (const entry of this.waiting) {
      const fits = batch.length < maxItems && (batch.length === 0 || bytes + entry.bytes <= maxBytes);
      if (!fits || (entry.key !== undefined && keys.has(entry.key))) {
        later.push(entry);
        continue;
      }
      if (entry.key !== undefined) keys.add(entry.key);
      bytes += entry.bytes;
      batch.push(entry);
    }
    this.waiting = later;
    return batch;
  }
}
