import type { Pool } from 'pg';
import { defineStatement, textArray } from '@countersign/shared/persistence';

// Asked row by row: a join would read the whole inbox when it was planned while the inbox was small.
const findMissing = defineStatement<{ id: string }>(
  'find-missing',
  `select t.id from unnest($1::text[]) as t (id)
   where (select true from inbox i where i.consumer = $2 and i.event_id = t.id) is null
     and (select true from dead_letters d where d.event_id = t.id and d.consumer = $2 and d.redriven_at is null limit 1) is null`,
);

const findUnanswered = defineStatement<{ id: string }>(
  'find-unanswered',
  `select t.id from unnest($1::text[], $2::text[]) as t (id, incident_id)
   where (select true from order_incidents o where o.incident_id = t.incident_id::uuid) is null
     and (select true from dead_letters d where d.event_id = t.id and d.consumer = $3 and d.redriven_at is null limit 1) is null`,
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
