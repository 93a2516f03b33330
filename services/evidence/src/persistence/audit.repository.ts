import type { Pool } from 'pg';
import { loadStatement, textArray } from '@countersign/shared/persistence';

/** An event as the trail keeps it. */
export interface AuditRecord {
  eventId: string;
  /** `/` and the owner. */
  source: string;
  type: string;
  siteId: string;
  /** RFC 3339. */
  time: string;
  traceId: string | null;
  /** JSON. */
  data: string;
}

const append = loadStatement(import.meta.url, './append-audit-records.sql');
const findMissing = loadStatement<{ id: string }>(import.meta.url, './find-missing-effects.sql');

/** The consumers that must have had their effect of an event. */
export interface ExpectedEffects {
  eventIds: readonly string[];
  source: string;
  /** The durable that writes the trail. */
  auditConsumer: string;
  /** The durable with an inbox, if one is concerned. */
  inboxConsumer: string | null;
}

/** The trail of every event. */
export class AuditRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async append(records: readonly AuditRecord[]): Promise<void> {
    const column = (read: (record: AuditRecord) => string | null) => textArray(records.map(read));
    await append.run(this.pool, [
      column((record) => record.eventId),
      column((record) => record.source),
      column((record) => record.type),
      column((record) => record.siteId),
      column((record) => record.time),
      column((record) => record.traceId),
      column((record) => record.data),
    ]);
  }

  /** Of these events, those that a consumer has had no effect of. */
  async findMissing({ eventIds, source, auditConsumer, inboxConsumer }: ExpectedEffects): Promise<string[]> {
    const rows = await findMissing.run(this.pool, [textArray(eventIds), source, auditConsumer, inboxConsumer]);
    return rows.map((row) => row.id);
  }
}
