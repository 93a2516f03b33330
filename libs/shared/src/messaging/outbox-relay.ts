import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { DueOutboxRow, OutboxRepository, OutboxRow } from '../persistence/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { EffectConfirmer } from './confirm-effects.ts';

export interface OutboxRelayOptions {
  repository: OutboxRepository;
  jetstream: JetStreamClient;
  isConnected: () => boolean;
  confirmer: EffectConfirmer;
  /** Declares the own streams again when nobody takes what is published. */
  declare: () => Promise<void>;
  logger: Logger;
  tickMs?: number;
}

const publishTimeoutMs = 5_000;
const rowsAtOnce = 200;

/**
 * Says what was committed: at once for the process that committed it, later for whatever a crash or an absent broker
 * left in the outbox, and again for what has had no effect although the broker took it.
 */
export class OutboxRelay {
  private readonly options: OutboxRelayOptions;
  private readonly publishing = new Set<Promise<void>>();
  private published: string[] = [];
  private marking: Promise<void> | undefined;
  private loop: Promise<void> | undefined;
  private readonly stopSignal = new AbortController();
  private backlog = { unpublished: 0, oldestSeconds: 0 };
  private lastTick = Date.now();

  constructor(options: OutboxRelayOptions) {
    this.options = options;
  }

  start(): void {
    this.loop = this.run();
  }

  /** Publishes rows that were just committed. Never throws: what fails here is found again in the outbox. */
  publish(rows: readonly OutboxRow[]): void {
    if (!this.options.isConnected()) return;
    for (const row of rows) this.track(this.publishRow(row));
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
    await Promise.race([Promise.all(this.publishing), delay(publishTimeoutMs)]);
    await this.marking;
    await this.markPublished();
  }

  private track(work: Promise<void>): void {
    this.publishing.add(work);
    void work.finally(() => this.publishing.delete(work));
  }

  private async publishRow(row: OutboxRow): Promise<void> {
    try {
      await this.options.jetstream.publish(row.subject, row.payload, { msgID: row.id, timeout: publishTimeoutMs });
      this.published.push(row.id);
      this.marking ??= delay(100).then(() => this.markPublished());
    } catch (error) {
      this.options.logger.warn({ err: error, subject: row.subject, outbox_id: row.id }, 'publishing failed; the relay tries again');
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
    const due = await repository.claimDue(rowsAtOnce);
    const left = due.filter((row) => !row.published);
    if (left.length > 0) {
      await declare();
      await this.publishAll(left);
      this.backlog = await repository.countUnpublished();
    } else {
      this.backlog = { unpublished: 0, oldestSeconds: 0 };
    }
    await this.confirm(due.filter((row) => row.published));
    return due.length === rowsAtOnce;
  }

  private async confirm(rows: DueOutboxRow[]): Promise<void> {
    if (rows.length === 0) return;
    const { confirmer, repository, logger, declare } = this.options;
    const missing = await confirmer.rowsWithoutEffect(rows);
    if (missing.length > 0) {
      logger.warn({ rows: missing.length, first: missing[0]?.subject }, 'events without effect are said again');
      await declare();
      await this.publishAll(missing);
    }
    const again = new Set(missing);
    await repository.remove(rows.filter((row) => !again.has(row)).map((row) => row.id));
  }

  private async publishAll(rows: readonly OutboxRow[]): Promise<void> {
    await Promise.all(rows.map((row) => this.publishRow(row)));
    await this.markPublished();
  }
}
