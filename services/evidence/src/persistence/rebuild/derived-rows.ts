import { textArray } from '@countersign/shared/persistence';
import type { Pool } from 'pg';
import { joinOld, type RebuildTarget } from './rebuild-target.ts';

export interface RefusalRow {
  eventId: string;
  evidenceId: string;
  siteId: string;
  bundleId: string;
  hostId: string;
  digest: string;
  signature: string | null;
  errorCode: string;
  principalId: string;
  traceId: string | null;
  refusedAt: string;
}

export async function insertRefusals(target: RebuildTarget, rows: readonly RefusalRow[]): Promise<void> {
  const column = (read: (row: RefusalRow) => string | null) => textArray(rows.map(read));
  await target.pool.query(
    `insert into refusals (event_id, evidence_id, site_id, bundle_id, host_id, digest, signature, error_code,
       principal_id, trace_id, refused_at)
     select t.event_id, t.evidence_id::uuid, t.site_id, t.bundle_id, t.host_id, t.digest, t.signature, t.error_code,
       t.principal_id::uuid, t.trace_id, coalesce(o.refused_at, t.refused_at::timestamptz)
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[], $11::text[])
       as t (event_id, evidence_id, site_id, bundle_id, host_id, digest, signature, error_code, principal_id, trace_id,
         refused_at)
     ${joinOld(target, 'refusals', 'o.event_id = t.event_id and o.digest = t.digest and o.error_code = t.error_code')}`,
    [
      column((row) => row.eventId),
      column((row) => row.evidenceId),
      column((row) => row.siteId),
      column((row) => row.bundleId),
      column((row) => row.hostId),
      column((row) => row.digest),
      column((row) => row.signature),
      column((row) => row.errorCode),
      column((row) => row.principalId),
      column((row) => row.traceId),
      column((row) => row.refusedAt),
    ],
  );
}

/** Retention and legal holds, from the leaves that tell of them. Of a bundle that is not there, nothing is noted. */
export async function insertRetentionChanges(pool: Pool): Promise<void> {
  await pool.query(
    `insert into retention_changes (id, evidence_id, kind, retain_until, reason, principal_id, changed_at)
     select split_part(event_id, ':', 2)::uuid, about::uuid,
       case when type = 'evidence.retention-extended.v1' then 'extended'
         when (data::json ->> 'hold')::boolean then 'hold-on' else 'hold-off' end,
       (data::json ->> 'retain_until')::timestamptz, data::json ->> 'reason', (data::json ->> 'principal_id')::uuid,
       (data::json ->> 'changed_at')::timestamptz
     from rebuild_events
     where type in ('evidence.retention-extended.v1', 'evidence.legal-hold-changed.v1')
       and exists (select from bundles b where b.evidence_id = about::uuid)`,
  );
}

/** Where every chain ends; a site of which everything was refused has one as well. */
export async function insertChainHeads(pool: Pool): Promise<void> {
  await pool.query(
    `insert into chain_heads (site_id, position, link_hash, recorded_at)
     select distinct on (site_id) site_id, position, link_hash, recorded_at from bundles order by site_id, position desc`,
  );
  await pool.query('insert into chain_heads (site_id) select distinct site_id from refusals on conflict do nothing');
}

/** Notes which submissions were decided, so that one that comes again has no second effect. */
export async function insertInbox(pool: Pool, consumer: string, eventIds: readonly string[]): Promise<void> {
  await pool.query(
    'insert into inbox (consumer, event_id) select $1, e from unnest($2::text[]) e on conflict do nothing',
    [consumer, textArray(eventIds)],
  );
}

/** Of bundles (evidence ids), the signature that each is recorded with; those that are not there are left out. */
export async function signaturesOf(pool: Pool, evidenceIds: readonly string[]): Promise<Map<string, string | null>> {
  const { rows } = await pool.query<{ evidence_id: string; signature: string | null }>(
    'select evidence_id, signature from bundles where evidence_id = any ($1::text[]::uuid[])',
    [textArray(evidenceIds)],
  );
  return new Map(rows.map((row) => [row.evidence_id, row.signature]));
}

export async function refusedAmong(pool: Pool, eventIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ event_id: string }>(
    'select event_id from refusals where event_id = any ($1::text[])',
    [textArray(eventIds)],
  );
  return new Set(rows.map((row) => row.event_id));
}

/** A timestamp of a checkpoint. Who gave it, the vault does not say: kept from the row that was there. */
export async function insertTimestamp(
  target: RebuildTarget,
  { size, response, stampedAt, receivedAt }: { size: number; response: Uint8Array; stampedAt: Date; receivedAt: Date },
): Promise<void> {
  await target.pool.query(
    `insert into checkpoint_timestamps (size, authority, response, stamped_at, received_at)
     select t.size, coalesce(o.authority, 'unknown'), t.response, t.stamped_at, coalesce(o.received_at, t.received_at)
     from (select $1::bigint as size, $2::bytea as response, $3::timestamptz as stamped_at, $4::timestamptz as received_at) t
     ${joinOld(target, 'checkpoint_timestamps', 'o.size = t.size and o.response = t.response')}
     on conflict do nothing`,
    [size, Buffer.from(response), stampedAt, receivedAt],
  );
}

/** Which of these keys of the vault no seal names. */
export async function unsealedAmong(pool: Pool, keys: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ key: string }>(
    `select asked.key from unnest($1::text[]) as asked (key)
     where not exists (select from seals s where s.key = asked.key)`,
    [textArray(keys)],
  );
  return rows.map((row) => row.key);
}
