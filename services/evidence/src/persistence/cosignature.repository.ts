import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import { defineStatement, type OutboxRow, type Pool, textArray } from '@countersign/shared/persistence';

/** A cosignature that was verified. */
export interface Cosignature {
  size: number;
  publicKey: string;
  siteId: string;
  hostId: string;
  line: string;
  signedAt: Date;
}

export interface PublishedNote {
  size: number;
  /** The signed note. */
  note: string;
}

const findNotes = defineStatement<{ size: number; note: string }>(
  'find-checkpoint-notes',
  `select size::float8 as size, note from ledger_checkpoints
   where size = any ($1::text[]::bigint[]) or size = (select max(size) from ledger_checkpoints)
   order by size`,
);
const keep = defineStatement(
  'keep-cosignatures',
  `insert into checkpoint_cosignatures (size, public_key, site_id, host_id, line, signed_at)
   select size::bigint, public_key, site_id, host_id, line, signed_at::timestamptz
   from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
     as t (size, public_key, site_id, host_id, line, signed_at)
   on conflict do nothing`,
);
const say = defineStatement('say-integrity-fault', 'insert into outbox (id, subject, payload) values ($1, $2, $3)');

const fault = 'evidence.integrity-fault.v1';

/** What appliances have cosigned of the ledger, and what they are held against. */
export class CosignatureRepository {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The published checkpoints of these sizes, as far as there are any, and the newest one; ascending. */
  async findNotes(sizes: readonly number[]): Promise<PublishedNote[]> {
    return findNotes.run(this.pool, [textArray([...new Set(sizes)].map(String))]);
  }

  /** One of a key and size that is there already stays as it is. */
  async keep(cosignatures: readonly Cosignature[]): Promise<void> {
    const column = (read: (one: Cosignature) => string) => textArray(cosignatures.map(read));
    await keep.run(this.pool, [
      column((one) => String(one.size)),
      column((one) => one.publicKey),
      column((one) => one.siteId),
      column((one) => one.hostId),
      column((one) => one.line),
      column((one) => one.signedAt.toISOString()),
    ]);
  }

  /** Commits faults (JSON events) to be said; returns what there is to publish. */
  async say(events: readonly string[]): Promise<OutboxRow[]> {
    const row = { id: newId(), subject: fault, payload: joinBatch([...events]) };
    await say.run(this.pool, [row.id, row.subject, row.payload]);
    return [row];
  }
}
