import type { Pool } from 'pg';
import { defineStatement } from '@countersign/shared/persistence';

/** What an authority said of a checkpoint. */
export interface CheckpointTimestamp {
  size: number;
  authority: string;
  /** Its answer as it came: DER of a TimeStampResp. */
  response: Uint8Array;
  stampedAt: Date;
}

const findUnstamped = defineStatement<{ size: number; note: string }>(
  'find-unstamped-checkpoint',
  `select c.size::float8 as size, c.note
   from (select size, note from ledger_checkpoints order by size desc limit 1) c
   where c.size > coalesce((select max(size) from checkpoint_timestamps), 0)
     and not exists (
       select from checkpoint_timestamps where received_at > clock_timestamp() - $1::int * interval '1 minute'
     )`,
);

const keep = defineStatement(
  'keep-timestamp',
  `insert into checkpoint_timestamps (size, authority, response, stamped_at) values ($1, $2, $3, $4)
   on conflict do nothing`,
);

const readUpTo = defineStatement<{ size: number; authority: string; response: Buffer; stamped_at: Date }>(
  'read-timestamps',
  `select t.size::float8 as size, t.authority, t.response, t.stamped_at
   from checkpoint_timestamps t
   where t.size <= $1 and t.received_at <= $2
   order by t.size desc limit $3`,
);

/** Timestamps that an authority gave on checkpoints. */
export class TimestampRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The newest checkpoint, when it has no stamp and the last stamp is older than the interval. */
  async findUnstamped(everyMinutes: number): Promise<{ size: number; note: string } | undefined> {
    const [row] = await findUnstamped.run(this.pool, [everyMinutes]);
    return row;
  }

  async keep({ size, authority, response, stampedAt }: CheckpointTimestamp): Promise<void> {
    await keep.run(this.pool, [size, authority, Buffer.from(response), stampedAt.toISOString()]);
  }

  /** Stamps on checkpoints up to a size, received until then, newest first. */
  async readUpTo(size: number, receivedUntil: Date, limit: number): Promise<CheckpointTimestamp[]> {
    const rows = await readUpTo.run(this.pool, [size, receivedUntil.toISOString(), limit]);
    return rows.map(({ stamped_at, ...row }) => ({ ...row, stampedAt: stamped_at }));
  }
}
