import { textArray } from '@countersign/shared/persistence';
import type { Pool } from 'pg';
import type { Outcome } from '@countersign/shared/contracts';
import type { RecordedBundle } from '../../domain/evidence-envelope.ts';
import type { BundleFacts } from '../../domain/rebuild/bundle-facts.ts';
import type { RebuildTarget } from './rebuild-target.ts';

export interface OldCosignature {
  size: number;
  publicKey: string;
  siteId: string;
  hostId: string;
  line: string;
  /** Null when there is no such checkpoint. */
  note: string | null;
}

/** What would be lost if the schema went now. */
export interface Pending {
  /** Bundles that are not sealed. */
  unsealed: number;
  /** Leaves that are not published. */
  unpublished: number;
  /** Messages that were not sent. */
  unsaid: number;
  /** Dead letters that were not redriven. */
  undecided: number;
}

/** What the schema that is to be replaced holds, and the new one lacks. Every question has no answer where there is no such table. */
export class OldRows {
  private readonly target: RebuildTarget;

  constructor(target: RebuildTarget) {
    this.target = target;
  }

  has(table: string): boolean {
    return this.target.old !== null && this.target.oldTables.includes(table);
  }

  async countPending(): Promise<Pending> {
    const { old } = this.target;
    const count = async (tables: string[], sql: string): Promise<number> =>
      tables.every((table) => this.has(table)) ? (await this.query<{ n: number }>(sql))[0]!.n : 0;
    return {
      unsealed: await count(
        ['bundles', 'seals'],
        `select count(*)::float8 as n from ${old}.bundles b
         where not exists (select from ${old}.seals s where s.evidence_id = b.evidence_id)`,
      ),
      unpublished: await count(
        ['ledger_leaves', 'ledger_checkpoints'],
        `select count(*)::float8 as n from ${old}.ledger_leaves
         where leaf_index >= (select coalesce(max(size), 0) from ${old}.ledger_checkpoints)`,
      ),
      unsaid: await count(['outbox'], `select count(*)::float8 as n from ${old}.outbox where published_at is null`),
      undecided: await count(
        ['dead_letters'],
        `select count(*)::float8 as n from ${old}.dead_letters where redriven_at is null`,
      ),
    };
  }

  /** Checkpoints that the new schema lacks, or has with another root. */
  async otherCheckpoints(): Promise<{ size: number; note: string; versionId: string; publishedAt: Date }[]> {
    if (!this.has('ledger_checkpoints')) return [];
    return this.query(
      `select o.size::float8 as size, o.note, o.version_id as "versionId", o.published_at as "publishedAt"
       from ${this.target.old}.ledger_checkpoints o
       left join ledger_checkpoints n using (size) where n.root is distinct from o.root order by o.size`,
    );
  }

  async newestCheckpointSize(): Promise<number> {
    if (!this.has('ledger_checkpoints')) return 0;
    const rows = await this.query<{ size: number }>(
      `select coalesce(max(size), 0)::float8 as size from ${this.target.old}.ledger_checkpoints`,
    );
    return rows[0]!.size;
  }

  /** Leaves of events that the new schema has no leaf of, in their order, a page at a time. */
  async *otherLeaves(
    limit: number,
  ): AsyncGenerator<{ index: number; eventId: string; leaf: string; data: string | null; recordedAt: Date }[]> {
    if (!this.has('ledger_leaves')) return;
    for (let after = -1; ;) {
      const rows = await this.query<{
        index: number;
        eventId: string;
        leaf: string;
        data: string | null;
        recordedAt: Date;
      }>(
        `select o.leaf_index::float8 as index, o.event_id as "eventId", o.leaf, o.data, o.recorded_at as "recordedAt"
         from ${this.target.old}.ledger_leaves o
         where o.leaf_index > $1
           and not exists (select from ledger_leaves n where n.event_id = o.event_id and n.source = o.source)
         order by o.leaf_index limit $2`,
        [after, limit],
      );
      if (rows.length === 0) return;
      yield rows;
      after = rows.at(-1)!.index;
    }
  }

  /** Bundles that the new schema lacks, each chain in its order. */
  async otherBundles(): Promise<{ bundle: RecordedBundle; facts: BundleFacts }[]> {
    if (!this.has('bundles')) return [];
    type Row = Omit<RecordedBundle, 'recorded_at'> & { recorded_at: Date; submitted_at: Date } & {
      order_id: string | null;
      check_type: string;
      outcome: Outcome;
      hipaa_controls: string;
      timestamp_start: string;
      timestamp_end: string;
      principal_id: string;
      event_id: string | null;
    };
    const eventId = this.has('seal_queue')
      ? `(select q.event_id from ${this.target.old}.seal_queue q where q.evidence_id = o.evidence_id)`
      : 'null::text';
    const rows = await this.query<Row>(
      `select o.evidence_id, o.site_id, o.bundle_id, o.host_id, o.order_id, o.check_type, o.outcome, o.hipaa_controls,
         o.timestamp_start, o.timestamp_end, o.document, o.digest, o.signature, o.public_key, o.channel, o.principal_id,
         o.submitted_at, o.trace_id, o.position::float8 as position, o.previous_link_hash, o.link_hash, o.recorded_at,
         ${eventId} as event_id
       from ${this.target.old}.bundles o
       where not exists (select from bundles n where n.evidence_id = o.evidence_id)
       order by o.site_id, o.position`,
    );
    return rows.map((row) => ({
      bundle: {
        evidence_id: row.evidence_id,
        site_id: row.site_id,
        bundle_id: row.bundle_id,
        host_id: row.host_id,
        position: row.position,
        previous_link_hash: row.previous_link_hash,
        link_hash: row.link_hash,
        digest: row.digest,
        recorded_at: row.recorded_at.toISOString(),
        trace_id: row.trace_id,
        signature: row.signature,
        public_key: row.public_key,
        channel: row.channel,
        document: row.document,
      },
      facts: {
        orderId: row.order_id,
        checkType: row.check_type,
        outcome: row.outcome,
        hipaaControls: row.hipaa_controls,
        timestampStart: row.timestamp_start,
        timestampEnd: row.timestamp_end,
        principalId: row.principal_id,
        submittedAt: row.submitted_at.toISOString(),
        eventId: row.event_id,
      },
    }));
  }

  /** Ids of rows that the new schema lacks. */
  async otherIds(table: 'refusals' | 'retention_changes', id: string): Promise<string[]> {
    if (!this.has(table)) return [];
    const rows = await this.query<{ id: string }>(
      `select o.${id}::text as id from ${this.target.old}.${table} o
       where not exists (select from ${table} n where n.${id} = o.${id}) order by 1`,
    );
    return rows.map((row) => row.id);
  }

  /** What witnesses signed, with the note of the new schema's checkpoint of that size, a page at a time. */
  async *cosignatures(limit: number): AsyncGenerator<OldCosignature[]> {
    if (!this.has('checkpoint_cosignatures')) return;
    for (let [size, key] = [-1, '']; ;) {
      const rows = await this.query<OldCosignature>(
        `select o.size::float8 as size, o.public_key as "publicKey", o.site_id as "siteId", o.host_id as "hostId", o.line,
           n.note
         from ${this.target.old}.checkpoint_cosignatures o left join ledger_checkpoints n using (size)
         where (o.size, o.public_key) > ($1, $2) order by o.size, o.public_key limit $3`,
        [size, key, limit],
      );
      if (rows.length === 0) return;
      yield rows;
      ({ size, publicKey: key } = rows.at(-1)!);
    }
  }

  async copyCosignatures(rows: readonly OldCosignature[]): Promise<void> {
    await this.query(
      `insert into checkpoint_cosignatures (size, public_key, site_id, host_id, line, signed_at, received_at)
       select o.size, o.public_key, o.site_id, o.host_id, o.line, o.signed_at, o.received_at
       from unnest($1::text[], $2::text[]) as t (size, public_key)
       join ${this.target.old}.checkpoint_cosignatures o on (o.size, o.public_key) = (t.size::bigint, t.public_key)`,
      [textArray(rows.map((row) => String(row.size))), textArray(rows.map((row) => row.publicKey))],
    );
  }

  /** What was committed to be said, and was not said yet. */
  async unsaid(): Promise<{ id: string; subject: string }[]> {
    if (!this.has('outbox')) return [];
    return this.query(`select id::text, subject from ${this.target.old}.outbox where published_at is null order by id`);
  }

  /** What was given up on, and waits for somebody. */
  async undecided(): Promise<{ id: string; type: string }[]> {
    if (!this.has('dead_letters')) return [];
    return this.query(
      `select id, event_type as type from ${this.target.old}.dead_letters where redriven_at is null order by id`,
    );
  }

  /** Copies the rows of a table that the new one lacks; `condition` says of which `o`. */
  async copy(table: string, condition = 'true'): Promise<number> {
    if (!this.has(table)) return 0;
    const { rows } = await this.pool.query<{ column_name: string }>(
      `select column_name from information_schema.columns where table_name = $1 and table_schema in ($2, $3)
       group by column_name having count(*) = 2 order by column_name`,
      [table, this.target.old, this.target.schema],
    );
    const columns = rows.map((row) => row.column_name);
    const result = await this.pool.query(
      `insert into ${table} (${columns.join(', ')})
       select ${columns.map((name) => `o.${name}`).join(', ')} from ${this.target.old}.${table} o where ${condition}
       on conflict do nothing`,
    );
    return result.rowCount ?? 0;
  }

  private get pool(): Pool {
    return this.target.pool;
  }

  private async query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, values)).rows;
  }
}
