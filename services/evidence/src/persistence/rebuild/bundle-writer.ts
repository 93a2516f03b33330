import type { RecordedBundle } from '../../domain/evidence-envelope.ts';
import type { BundleFacts } from '../../domain/rebuild/bundle-facts.ts';
import { columnsOf } from '../columns-of.ts';
import { sealColumns, type SealedObject } from '../seal-columns.ts';
import { joinOld, type RebuildTarget } from './rebuild-target.ts';

export interface BundleRow {
  bundle: RecordedBundle;
  facts: BundleFacts;
}

export interface SealRow extends SealedObject {
  /** What the leaf says: the vault had it before, and it had been read back. */
  sealedAt: string;
}

/** Fills the tables of bundles in a new schema. */
export class BundleWriter {
  private readonly target: RebuildTarget;

  constructor(target: RebuildTarget) {
    this.target = target;
  }

  /** Returns those that were taken: a bundle whose place or name in its site is taken is not. */
  async bundles(rows: readonly BundleRow[]): Promise<Set<string>> {
    const { rows: inserted } = await this.target.pool.query<{ evidence_id: string }>(
      `insert into bundles (evidence_id, site_id, bundle_id, host_id, order_id, check_type, outcome, hipaa_controls,
         timestamp_start, timestamp_end, document, digest, signature, public_key, channel, principal_id, submitted_at,
         trace_id, position, previous_link_hash, link_hash, recorded_at)
       select evidence_id::uuid, site_id, bundle_id, host_id, order_id, check_type, outcome, hipaa_controls,
         timestamp_start, timestamp_end, document, digest, signature, public_key, channel, principal_id::uuid,
         submitted_at::timestamptz, trace_id, position::bigint, previous_link_hash, link_hash, recorded_at::timestamptz
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
         $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[])
         as t (evidence_id, site_id, bundle_id, host_id, order_id, check_type, outcome, hipaa_controls,
           timestamp_start, timestamp_end, document, digest, signature, public_key, channel, principal_id, submitted_at,
           trace_id, position, previous_link_hash, link_hash, recorded_at)
       on conflict do nothing
       returning evidence_id`,
      columnsOf(rows, [
        ({ bundle }) => bundle.evidence_id,
        ({ bundle }) => bundle.site_id,
        ({ bundle }) => bundle.bundle_id,
        ({ bundle }) => bundle.host_id,
        ({ facts }) => facts.orderId,
        ({ facts }) => facts.checkType,
        ({ facts }) => facts.outcome,
        ({ facts }) => facts.hipaaControls,
        ({ facts }) => facts.timestampStart,
        ({ facts }) => facts.timestampEnd,
        ({ bundle }) => bundle.document,
        ({ bundle }) => bundle.digest,
        ({ bundle }) => bundle.signature,
        ({ bundle }) => bundle.public_key,
        ({ bundle }) => bundle.channel,
        ({ facts }) => facts.principalId,
        ({ facts }) => facts.submittedAt,
        ({ bundle }) => bundle.trace_id,
        ({ bundle }) => String(bundle.position),
        ({ bundle }) => bundle.previous_link_hash,
        ({ bundle }) => bundle.link_hash,
        ({ bundle }) => bundle.recorded_at,
      ]),
    );
    return new Set(inserted.map((row) => row.evidence_id));
  }

  async seals(rows: readonly SealRow[]): Promise<void> {
    await this.target.pool.query(
      `insert into seals (evidence_id, key, uri, version_id, sha256, size, retain_until, stored_at, sealed_at)
       select t.evidence_id::uuid, t.key, t.uri, t.version_id, t.sha256, t.size::int, t.retain_until::timestamptz,
         coalesce(o.stored_at, t.sealed_at::timestamptz), coalesce(o.sealed_at, t.sealed_at::timestamptz)
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         as t (evidence_id, key, uri, version_id, sha256, size, retain_until, sealed_at)
       ${joinOld(this.target, 'seals', 'o.evidence_id = t.evidence_id::uuid and o.version_id = t.version_id and o.sha256 = t.sha256')}`,
      [...sealColumns(rows), ...columnsOf(rows, [(row) => row.sealedAt])],
    );
  }

  /** Bundles that the vault holds and no leaf tells of: the sealer finds their bytes there, and says so. */
  async queue(rows: readonly { evidenceId: string; eventId: string }[]): Promise<void> {
    await this.target.pool.query(
      `insert into seal_queue (evidence_id, event_id)
       select evidence_id::uuid, event_id from unnest($1::text[], $2::text[]) as t (evidence_id, event_id)
       on conflict do nothing`,
      columnsOf(rows, [(row) => row.evidenceId, (row) => row.eventId]),
    );
  }
}
