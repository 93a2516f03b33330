import { defineStatement, type OutboxRow, type Pool, textArray } from '@countersign/shared/persistence';
import type { IntakeAnswer, IntakeRow } from '../../../services/gateway/dist/persistence/intake.repository.js';

/** As accept-intake.sql of the gateway, in the same shape, but that nothing is counted: whether a site is known, keys, outbox. */
const statement = defineStatement<Record<string, unknown> & IntakeAnswer>(
  'bench-accept-without-limits',
  `with input as materialized (
     select ord, decode(key, 'hex') as key, decode(request_hash, 'hex') as request_hash, site_id,
       event_id::uuid as event_id, event, ttl::int as ttl, clock_timestamp() as now
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       with ordinality as t (key, request_hash, site_id, event_id, event, ttl, ord)
   ),
   judged as materialized (
     select i.*, s.site_id is not null as is_registered, k.event_id as known_event_id, k.accepted_at,
       k.request_hash = i.request_hash as same
     from input i
     left join sites s on s.site_id = i.site_id
     left join idempotency k on k.key = i.key and k.expires_at > i.now
   ),
   inserted as (
     insert into idempotency as stored (key, request_hash, event_id, accepted_at, expires_at)
     select key, request_hash, event_id, now, now + ttl * interval '1 second'
     from judged
     where is_registered and known_event_id is null
     on conflict (key) do update
       set request_hash = excluded.request_hash, event_id = excluded.event_id, accepted_at = excluded.accepted_at,
         expires_at = excluded.expires_at
       where stored.expires_at <= excluded.accepted_at
     returning event_id
   ),
   accepted as materialized (
     select ord, event from judged where (event_id in (select event_id from inserted)) is true
   ),
   said as (
     insert into outbox (id, subject, payload)
     select $7::uuid, $8, '[' || string_agg(event, ',' order by ord) || ']'
     from accepted
     having count(*) > 0
   )
   select
     case
       when same is not null then case when same then 'repeat' else 'mismatch' end
       when not is_registered then 'unregistered'
       when is_accepted then 'accepted'
       else 'raced'
     end as outcome,
     known_event_id, case when is_accepted then now else accepted_at end as accepted_at, 0 as used,
     null::float8 as reset_seconds
   from (select *, (event_id in (select event_id from inserted)) is true as is_accepted from judged) j
   order by ord`,
);

export function acceptWithoutLimits(
  pool: Pool,
  rows: readonly IntakeRow[],
  outbox: Omit<OutboxRow, 'payload'>,
): Promise<IntakeAnswer[]> {
  const column = (read: (row: IntakeRow) => string) => textArray(rows.map(read));
  return statement.run(pool, [
    column((row) => row.idempotencyKey),
    column((row) => row.requestHash),
    column((row) => row.siteId),
    column((row) => row.eventId),
    column((row) => row.event),
    column((row) => String(row.keyTtl)),
    outbox.id,
    outbox.subject,
  ]);
}
