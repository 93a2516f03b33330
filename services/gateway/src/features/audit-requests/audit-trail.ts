import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEventName } from '@countersign/shared/contracts';
import { AppError, newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import type { OutboxRow } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';
import type { AuditedRequest } from '../../domain/audit-facts.ts';
import type { AuditRepository } from '../../persistence/audit.repository.ts';
import { GroupCommit } from '../gather-work/group-commit.ts';
import type { AuditCount, AuditWindows } from './audit-windows.ts';
import { describeCount } from './describe-count.ts';

export interface AuditTrailOptions {
  windows: AuditWindows;
  repository: Pick<AuditRepository, 'findSites' | 'write'>;
  publish: (rows: readonly OutboxRow[]) => void;
  /** So much waits for the broker that nothing shall be added that can wait. */
  isCongested?: () => boolean;
  logger: Logger;
  /** Between two looks for what is due; 250 by default. */
  flushMs?: number;
  now?: () => number;
}

const eventsAtOnce = 200;
/** A stop waits no longer for the store. */
const stopMs = 5_000;
const complainEveryMs = 10_000;

/**
 * Writes down who was refused and who read what, by the outbox, into the ledger. Counted requests are written together
 * by and by; a read that must not go unnoticed is written before it is answered.
 */
export class AuditTrail {
  private readonly options: AuditTrailOptions;
  private readonly now: () => number;
  private readonly reads: GroupCommit<AuditedRequest, true>;
  private readonly stopSignal = new AbortController();
  /** What is being written, kept as it is until it is known to be there. */
  private pending: { counts: AuditCount[]; rows?: OutboxRow[] } | undefined;
  private writing: Promise<boolean> | undefined;
  private loop: Promise<void> | undefined;
  private complainedAt = -complainEveryMs;

  constructor(options: AuditTrailOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.reads = new GroupCommit({
      commit: async (requests) => {
        await this.writeRows(await this.describe(requests.map(countOf)));
        return requests.map(() => true as const);
      },
      bytesOf: () => 1_000,
      maxWaiting: 1_000,
      full: () => new AppError('GATEWAY.UNAVAILABLE', 'unavailable', 'Too many reads wait to be written down.'),
    });
  }

  start(): void {
    this.loop = this.run();
  }

  /** Counts; written within the flush time when it is the first of its kind, else at the end of its window. */
  count(request: AuditedRequest): void {
    this.options.windows.add(request);
  }

  /**
   * Resolves when it is written, undefined when an equal one was a moment ago and this is counted. Rejects with an AppError of
   * kind `unavailable`; then nothing is kept of it.
   */
  record(request: AuditedRequest): Promise<void> | undefined {
    const { windows } = this.options;
    if (windows.isOpen(request.facts)) {
      windows.add(request);
      return undefined;
    }
    return this.reads.submit(request).then(() => windows.open(request));
  }

  /** Writes what is due, a batch at a time; false when the store does not take it. `all`: also what is not due. */
  flush(all = false): Promise<boolean> {
    this.writing ??= this.write(all).finally(() => (this.writing = undefined));
    return this.writing;
  }

  /** Writes whatever was counted; what the store does not take is lost, and said. */
  async stop(): Promise<void> {
    this.stopSignal.abort();
    await this.loop;
    const deadline = performance.now() + stopMs;
    while (!(await this.flush(true)) && performance.now() < deadline) await delay(100);
    const lost = this.waiting;
    if (lost > 0) this.options.logger.error({ lost }, 'refusals and reads are lost to the audit: the database is away');
  }

  private async run(): Promise<void> {
    const { signal } = this.stopSignal;
    while (!signal.aborted) {
      await delay(this.options.flushMs ?? 250, undefined, { signal }).catch(() => {});
      if (!signal.aborted && !(this.options.isCongested?.() ?? false)) await this.flush();
    }
  }

  private async write(all: boolean): Promise<boolean> {
    const { windows, logger } = this.options;
    for (;;) {
      this.pending ??= { counts: windows.take(this.now(), eventsAtOnce, all) };
      const batch = this.pending;
      if (batch.counts.length === 0) break;
      try {
        // Described once: a second try must not say it under other ids.
        batch.rows ??= await this.describe(batch.counts);
        await this.writeRows(batch.rows);
        this.pending = undefined;
      } catch (error) {
        this.complain(() =>
          logger.error({ err: error, waiting: this.waiting }, 'the audit cannot be written; it is kept in memory'),
        );
        return false;
      }
    }
    this.pending = undefined;
    const folded = windows.takeFolded();
    if (folded > 0) logger.warn({ folded }, 'so many refusals that the audit tells some only by caller or code');
    return true;
  }

  /** Requests that are not written yet. */
  private get waiting(): number {
    return (this.pending?.counts ?? []).reduce((sum, { count }) => sum + count, this.options.windows.waiting);
  }

  private async describe(counts: readonly AuditCount[]): Promise<OutboxRow[]> {
    const named = counts.flatMap(({ facts: { siteAsked, ownSite } }) =>
      siteAsked === null || siteAsked === ownSite ? [] : [siteAsked],
    );
    return rowsOf(counts, await this.options.repository.findSites([...new Set(named)]));
  }

  private async writeRows(rows: OutboxRow[]): Promise<void> {
    await this.options.repository.write(rows);
    this.options.publish(rows);
  }

  private complain(say: () => void): void {
    if (performance.now() - this.complainedAt < complainEveryMs) return;
    this.complainedAt = performance.now();
    say();
  }
}

const countOf = ({ facts, at, requestId, traceparent }: AuditedRequest): AuditCount => ({
  facts,
  count: 1,
  requestIds: [requestId],
  traceparent,
  firstAt: at,
  lastAt: at,
});

/** A batch holds events of one type. */
function rowsOf(counts: readonly AuditCount[], sites: ReadonlySet<string>): OutboxRow[] {
  const events = new Map<AuditEventName, string[]>();
  for (const count of counts) {
    const { type } = count.facts;
    const known = events.get(type);
    if (known === undefined) events.set(type, [describeCount(count, sites)]);
    else known.push(describeCount(count, sites));
  }
  return [...events].map(([subject, all]) => ({ id: newId(), subject, payload: joinBatch(all) }));
}
