import type { Pool } from 'pg';
import { defineStatement } from './statement.ts';

/** Longer than a stream keeps a message, and than an outbox row can wait for its effects to be confirmed. */
const keptDays = 60;

const forgetOld = defineStatement<{ event_id: string }>(
  'inbox-forget-old',
  `delete from inbox where ctid = any(array(
     select ctid from inbox where handled_at < now() - interval '${keptDays} days' limit $1))
   returning event_id`,
);

/** The inbox of the service whose role the pool uses. */
export class InboxRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Deletes entries that no message can ask for any more; returns how many. */
  async forgetOld(atMost: number): Promise<number> {
    return (await forgetOld.run(this.pool, [atMost])).length;
  }
}
