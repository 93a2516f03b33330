import type { Pool } from 'pg';
import { runInTransaction } from './run-in-transaction.ts';
import { defineStatement } from './statement.ts';
import type { OutboxRow } from './outbox.repository.ts';

export interface NewDeadLetter {
  id: string;
  consumer: string;
  eventId: string;
  eventType: string;
  event: string;
  errorCode: string;
  cause: string;
  traceId: string | null;
}

const insert = defineStatement<{ id: string }>(
  'dead-letter-insert',
  `insert into dead_letters (id, consumer, event_id, event_type, event, error_code, cause, trace_id)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (id) do update set redriven_at = null, error_code = excluded.error_code, cause = excluded.cause
     where dead_letters.redriven_at is not null
   returning id`,
);

const insertOutbox = defineStatement(
  'dead-letter-outbox',
  'insert into outbox (id, subject, payload) values ($1, $2, $3) on conflict (id) do nothing',
);

export class DeadLetterRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Records the dead letter and what has to be said about it, together. False when it was recorded before. */
  record(letter: NewDeadLetter, announcement: OutboxRow): Promise<boolean> {
    const { id, consumer, eventId, eventType, event, errorCode, cause, traceId } = letter;
    return runInTransaction(this.pool, async (client) => {
      const rows = await insert.run(client, [id, consumer, eventId, eventType, event, errorCode, cause, traceId]);
      if (rows.length === 0) return false;
      await insertOutbox.run(client, [announcement.id, announcement.subject, announcement.payload]);
      return true;
    });
  }
}
