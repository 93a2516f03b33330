import type { Pool } from 'pg';
import { defineStatement, loadStatement, textArray } from '@countersign/shared/persistence';

const findMissing = loadStatement<{ id: string }>(import.meta.url, './find-missing.sql');

const findUnanswered = defineStatement<{ id: string }>(
  'find-unanswered',
  `select id from unnest($1::text[], $2::text[]) as t (id, incident_id)
   where not exists (select from order_incidents o where o.incident_id = t.incident_id::uuid)
     and not exists (select from dead_letters where event_id = t.id and consumer = $3)`,
);

/** What other services' events have done here. Each answers with the event ids that did nothing yet. */
export class EffectRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** For a consumer that notes its events in the inbox. */
  async findMissing(consumer: string, eventIds: readonly string[]): Promise<string[]> {
    const rows = await findMissing.run(this.pool, [textArray(eventIds), consumer]);
    return rows.map((row) => row.id);
  }

  /** For the consumer that gives an incident its order. */
  async findUnanswered(consumer: string, events: readonly { id: string; incidentId: string }[]): Promise<string[]> {
    const ids = textArray(events.map((event) => event.id));
    const incidents = textArray(events.map((event) => event.incidentId));
    return (await findUnanswered.run(this.pool, [ids, incidents, consumer])).map((row) => row.id);
  }
}
