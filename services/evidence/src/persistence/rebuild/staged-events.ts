import { textArray } from '@countersign/shared/persistence';
import type { Pool } from 'pg';
import type { SubmissionLeaf } from '../../domain/rebuild/bundle-facts.ts';

/** A leaf that rows of other tables are made from. */
export interface StagedEvent {
  index: number;
  eventId: string;
  type: string;
  /** What the row is found by: the evidence id, or of a refusal the event that was refused. */
  about: string;
  time: string;
  traceId: string | null;
  /** JSON, without a document. */
  data: string;
}

const table = 'rebuild_events';
const columns = `leaf_index::float8 as index, event_id as "eventId", type, about, time, trace_id as "traceId", data`;

/**
 * The leaves that other tables are made from, by what they are about: in a table of their own, for there may be more than
 * memory holds. It is dropped before anything is proved.
 */
export class StagedEvents {
  private readonly pool: Pool;

  private constructor(pool: Pool) {
    this.pool = pool;
  }

  static async create(pool: Pool): Promise<StagedEvents> {
    await pool.query(`create unlogged table ${table} (leaf_index bigint primary key, event_id text, type text, about text,
      time text, trace_id text, data text)`);
    await pool.query(`create index on ${table} (type, about)`);
    await pool.query(`create index on ${table} (type, leaf_index)`);
    return new StagedEvents(pool);
  }

  async add(events: readonly StagedEvent[]): Promise<void> {
    const column = (read: (event: StagedEvent) => string | null) => textArray(events.map(read));
    await this.pool.query(
      `insert into ${table} select leaf_index::bigint, event_id, type, about, time, trace_id, data
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         as t (leaf_index, event_id, type, about, time, trace_id, data)`,
      [
        column((event) => String(event.index)),
        column((event) => event.eventId),
        column((event) => event.type),
        column((event) => event.about),
        column((event) => event.time),
        column((event) => event.traceId),
        column((event) => event.data),
      ],
    );
  }

  /** Once everything is in: the planner then knows how much it is. */
  async settle(): Promise<void> {
    await this.pool.query(`analyze ${table}`);
  }

  /** Events of a type in the order of the ledger, a page at a time. */
  async *pages(type: string, limit: number): AsyncGenerator<StagedEvent[]> {
    for (let after = -1; ;) {
      const { rows } = await this.pool.query<StagedEvent>(
        `select ${columns} from ${table} where type = $1 and leaf_index > $2 order by leaf_index limit $3`,
        [type, after, limit],
      );
      if (rows.length === 0) return;
      yield rows;
      after = rows.at(-1)!.index;
    }
  }

  async count(type: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(
      `select count(*)::float8 as count from ${table} where type = $1`,
      [type],
    );
    return rows[0]!.count;
  }

  /** By evidence id, the times that these bundles were handed in. */
  async submissionsOf(evidenceIds: readonly string[]): Promise<Map<string, SubmissionLeaf[]>> {
    const rows = await this.find('about', evidenceIds);
    const found = new Map<string, SubmissionLeaf[]>();
    for (const row of rows) found.set(row.about, [...(found.get(row.about) ?? []), submissionOf(row)]);
    return found;
  }

  /** By event id. */
  async submissionsBy(eventIds: readonly string[]): Promise<Map<string, SubmissionLeaf & { about: string }>> {
    const rows = await this.find('event_id', eventIds);
    return new Map(rows.map((row) => [row.eventId, submissionOf(row)]));
  }

  /** Which of these bundles have a leaf that tells of their seal. */
  async recorded(evidenceIds: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ about: string }>(
      `select about from ${table} where type = 'evidence.recorded.v1' and about = any ($1::text[])`,
      [textArray(evidenceIds)],
    );
    return new Set(rows.map((row) => row.about));
  }

  async drop(): Promise<void> {
    await this.pool.query(`drop table ${table}`);
  }

  private async find(column: 'about' | 'event_id', values: readonly string[]): Promise<StagedEvent[]> {
    const { rows } = await this.pool.query<StagedEvent>(
      `select ${columns} from ${table}
       where type = 'gateway.evidence-submitted.v1' and ${column} = any ($1::text[]) order by leaf_index`,
      [textArray(values)],
    );
    return rows;
  }
}

const submissionOf = ({ about, eventId, index, traceId, data }: StagedEvent) => ({
  about,
  eventId,
  leafIndex: index,
  traceId,
  data,
});
