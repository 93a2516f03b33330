import { setTimeout as delay } from 'node:timers/promises';
import type { OutboxRepository, OutboxRow } from '../persistence/index.ts';
import { asAppError, InHand } from '../kernel/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { splitBatch } from './event-batch.ts';
import type { PublishEvents } from './publish-events.ts';
import { tracePublish } from './trace-publish.ts';
import type { EffectConfirmer } from './confirm-effects.ts';

export interface OutboxRelayOptions {
  repository: OutboxRepository;
  publishEvents: PublishEvents;
  isConnected: () => boolean;
  /** Bytes that a message may have. */
  maxPayload: () => number;
  confirmer: EffectConfirmer;
  /** Declares the own streams again when nobody takes what is published. */
  declare: () => Promise<void>;
  logger: Logger;
  tickMs?: number;
}

const stopTimeoutMs = 5_000;
const rowsAtOnce = 200;
const confirmPauseMs = 5_000;

/**
 * Says what was committed: at once for the process that committed it, later for whatever a crash or an absent broker
 * left in the outbox, and again for what has had no effect although the broker took it.
 */
export class OutboxRelay {
  private readonly options: OutboxRelayOptions;
  private readonly publishing = new InHand();
  private published: string[] = [];
  private marking: Promise<void> | undefined;
  private loop: Promise<void> | undefined;
  private readonly stopSignal = new AbortController();
  private backlog = { unpublished: 0, oldestSeconds: 0 };
  private lastTick = Date.now();
  private confirmAgainAt = 0;

  constructor(options: OutboxRelayOptions) {
    this.options = options;
  }

  start(): void {
    this.loop = this.run();
  }

  /** Publishes rows that were just committed. Never throws: what fails here is found again in the outbox. */
  publish(rows: readonly OutboxRow[]): void {
    if (!this.options.isConnected()) return;
    for (const row of rows) this.publishing.add(this.publishRow(row));
  }

  /** Batches that nobody has taken yet, as of the last look. */
  unpublished(): { unpublished: number; oldestSeconds: number } {
    return this.backlog;
  }

  progress(): { stalled: boolean; detail: string } {
    const idleMs = Date.now() - this.lastTick;
    return { stalled: idleMs > 60_000, detail: `last look ${idleMs} ms ago, ${this.backlog.unpublished} unpublished` };
  }

  /** Waits for what is on its way and notes what arrived; the rest is for the next process. */
  async stop(): Promise<void> {
    this.stopSignal.abort();
    await this.loop;
    await Promise.race([this.publishing.ended(), delay(stopTimeoutMs)]);
    await this.marking;
    await this.markPublished();
  }

  private async publishRow(row: OutboxRow): Promise<void> {
    try {
      await tracePublish(row, () => this.publishBatch(row));
      this.published.push(row.id);
      this.marking ??= delay(100).then(() => this.markPublished());
    } catch (error) {
      this.options.logger.warn(
        { err: error, subject: row.subject, outbox_id: row.id },
        'publishing failed; the relay tries again',
      );
    }
  }

  private async publishBatch({ id, subject, payload }: OutboxRow): Promise<void> {
    const { publishEvents, maxPayload } = this.options;
    const parts = splitBatch(payload, maxPayload());
    for (const [index, part] of parts.entries()) {
      await publishEvents({ subject, payload: part, id: parts.length === 1 ? id : `${id}:${index}` });
    }
  }

  private async markPublished(): Promise<void> {
    const ids = this.published;
    this.published = [];
    this.marking = undefined;
    try {
      await this.options.repository.markPublished(ids);
    } catch (error) {
      this.options.logger.warn({ err: error, rows: ids.length }, 'published, but not noted; they will be said again');
    }
  }

  private async run(): Promise<void> {
    const { tickMs = 500, logger } = this.options;
    const { signal } = this.stopSignal;
    while (!signal.aborted) {
      try {
        const more = await this.tick();
        this.lastTick = Date.now();
        if (more) continue;
      } catch (error) {
        logger.warn({ err: error }, 'the outbox relay could not work; it tries again');
      }
      await delay(tickMs, undefined, { signal }).catch(() => {});
    }
  }

  private async tick(): Promise<boolean> {
    const { repository, isConnected, declare } = this.options;
    if (!isConnected()) {
      this.backlog = await repository.countUnpublished();
      return false;
    }
    const left = await repository.claimUnpublished(rowsAtOnce);
    if (left.length > 0) {
      await declare();
      await this.publishAll(left);
      this.backlog = await repository.countUnpublished();
    } else {
      this.backlog = { unpublished: 0, oldestSeconds: 0 };
    }
    return left.length === rowsAtOnce || (await this.confirm());
  }

  /** Looks whether what was published had its effects; true when there is more to look at. */
  private async confirm(): Promise<boolean> {
    const { confirmer, repository, logger, declare } = this.options;
    if (Date.now() < this.confirmAgainAt) return false;
    const rows = await repository.claimUnconfirmed(rowsAtOnce);
    if (rows.length === 0) return false;
    try {
      const missing = await confirmer.rowsWithoutEffect(rows);
      if (missing.length > 0) {
        logger.warn({ rows: missing.length, first: missing[0]?.subject }, 'events without effect are said again');
        await declare();
        await this.publishAll(missing);
      }
      const again = new Set(missing);
      await repository.remove(rows.filter((row) => !again.has(row)).map((row) => row.id));
      return rows.length === rowsAtOnce;
    } catch (error) {
      // A consumer that is away will be asked later; meanwhile the rows are safe where they are.
      this.confirmAgainAt = Date.now() + confirmPauseMs;
      logger.warn(
        { code: asAppError(error)?.code, reason: (error as Error).message },
        'effects cannot be confirmed now',
      );
      return false;
    }
  }

  private async publishAll(rows: readonly OutboxRow[]): Promise<void> {
    await Promise.all(rows.map((row) => this.publishRow(row)));
    await this.markPublished();
  }
}
