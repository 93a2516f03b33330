import { defineStatement } from '@countersign/shared/persistence';
import type { ScrubbedDatabase } from './scrub.repository.ts';

export interface CosignatureRow {
  size: number;
  public_key: string;
  site_id: string;
  host_id: string;
  line: string;
  signed_at: Date;
  /** Of the checkpoint of that size. */
  note: string | null;
  /** The scrubber has found that row to be wrong. */
  note_is_bad: boolean;
}

export interface TimestampRow {
  size: number;
  response: Buffer;
  stamped_at: Date;
}

const readCosignatures = defineStatement<CosignatureRow & Record<string, unknown>>(
  'scrub-cosignatures',
  `select c.size::float8 as size, c.public_key, c.site_id, c.host_id, c.line, c.signed_at, k.note,
     exists (
       select from scrub_findings f
       where f.item = 'ledger_checkpoints/' || c.size and f.resolved_at is null and f.last_seen >= $5::timestamptz
     ) as note_is_bad
   from (
     select * from checkpoint_cosignatures
     where (size, public_key) > ($1::bigint, $2::text) and ($4::text is null or site_id = $4)
     order by size, public_key limit $3
   ) c
   left join ledger_checkpoints k on k.size = c.size
   order by c.size, c.public_key`,
);
const readTimestamps = defineStatement<TimestampRow & Record<string, unknown>>(
  'scrub-timestamps',
  `select size::float8 as size, response, stamped_at
   from checkpoint_timestamps t where t.size > $1 order by t.size limit $2`,
);

/** What others signed, as the scrubber reads it. */
export class ScrubWitnessRepository {
  private readonly on: ScrubbedDatabase;

  constructor(on: ScrubbedDatabase) {
    this.on = on;
  }

  /** By size and key. */
  cosignatures({
    after,
    limit,
    site,
    startedAt,
  }: {
    after: { size: number; key: string };
    limit: number;
    site: string | null;
    startedAt: Date;
  }): Promise<CosignatureRow[]> {
    return readCosignatures.run(this.on, [after.size, after.key, limit, site, startedAt]);
  }

  /** On checkpoints larger than `after`. */
  timestamps(after: number, limit: number): Promise<TimestampRow[]> {
    return readTimestamps.run(this.on, [after, limit]);
  }
}
