import type { Pool } from 'pg';
import { textArray } from './binary-array.ts';
import { defineStatement } from './statement.ts';

/** A batch that was committed and has to be published. */
export interface OutboxRow {
  id: string;
  subject: string;
  payload: string;
}

export interface DueOutboxRow extends OutboxRow {
  attempts: number;
}

const claim = (name: string, condition: string) =>
  defineStatement<DueOutboxRow>(
    name,
    `update outbox set next_at = now() + interval '10 seconds', attempts = attempts + 1
     where id in (
       select id from outbox where next_at <= now() and ${condition} order by next_at limit $1 for update skip locked)
     returning id, subject, payload, attempts`,
  );

const claimUnpublished = claim('outbox-claim-unpublished', 'published_at is null');
const claimUnconfirmed = claim('outbox-claim-unconfirmed', 'published_at is not null');

const markPublished = defineStatement(
  'outbox-mark-published',
  `update outbox set published_at = coalesce(published_at, now()),
     next_at = now() + least(interval '5 seconds' * 2 ^ attempts, interval '1 minute')
   where id = any($1::text[]::uuid[])`,
);

const remove = defineStatement('outbox-remove', 'delete from outbox where id = any($1::text[]::uuid[])');

const countUnpublished = defineStatement<{ unpublished: number; oldest_seconds: number | null }>(
  'outbox-count-unpublished',
  `select count(*)::int as unpublished, extract(epoch from now() - min(created_at))::float8 as oldest_seconds
   from outbox where published_at is null`,
);

/** The outbox of the service whose role the pool uses. */
export class OutboxRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Rows that were committed and not published, leased for 10 s so that replicas do not do the same. */
  claimUnpublished(limit: number): Promise<DueOutboxRow[]> {
    return claimUnpublished.run(this.pool, [limit]);
  }

  /** Rows whose effects have to be looked for, leased in the same way. */
  claimUnconfirmed(limit: number): Promise<DueOutboxRow[]> {
    return claimUnconfirmed.run(this.pool, [limit]);
  }

  /** The broker has them; their effects are looked for after 5 s, then after ever longer pauses. */
  async markPublished(ids: string[]): Promise<void> {
    if (ids.length > 0) await markPublished.run(this.pool, [textArray(ids)]);
  }

  /** Every effect is confirmed. */
  async remove(ids: string[]): Promise<void> {
    if (ids.length > 0) await remove.run(this.pool, [textArray(ids)]);
  }

  async countUnpublished(): Promise<{ unpublished: number; oldestSeconds: number }> {
    const [row] = await countUnpublished.run(this.pool, []);
    return { unpublished: row?.unpublished ?? 0, oldestSeconds: row?.oldest_seconds ?? 0 };
  }
}
