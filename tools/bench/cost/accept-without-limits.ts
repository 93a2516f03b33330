import { defineStatement, type OutboxRow, type Pool, textArray } from '@countersign/shared/persistence';
import type { IntakeAnswer, IntakeRow } from '../../../services/gateway/dist/persistence/intake.repository.js';

/** As accept-intake.sql of the gateway, but that nothing is counted: whether a site is known, keys, outbox. */
const statement = defineStatement<Record<string, unknown> & IntakeAnswer>(
  'bench-accept-without-limits',
  `with input as materialized (
     select ord, decode(key, 'hex') as key, decode(request_hash, 'hex') as request_hash, site_id,
       event_id::uuid as event_id, event, ttl::int as ttl, clock_timestamp() as now
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       with ordinality as t (key, request_hash, site_id, event_id, event, ttl, ord)
   ),
   known as materialized (
     select i.ord, k.event_id, k.accepted_at, k.request_hash = i.request_hash as same
     from input i join idempotency k on k.key = i.key
     where k.expires_at > i.now
   ),
   fresh as materialized (
     select i.* from input i join sites s using (site_id)
     where not exists (select from known k where k.ord = i.ord)
   ),
   inserted as (
     insert into idempotency as stored (key, request_hash, event_id, accepted_at, expires_at)
     select key, request_hash, event_id, now, now + ttl * interval '1 second' from fresh
     on conflict (key) do nothing
     returning event_id, accepted_at
   ),
   said as (
     insert into outbox (id, subject, payload)
     select $7::uuid, $8, '[' || string_agg(f.event, ',' order by f.ord) || ']'
     from fresh f join inserted using (event_id)
     having count(*) > 0
   )
   select
     case
       when k.ord is not null then case when k.same then 'repeat' else 'mismatch' end
       when t.event_id is not null then 'accepted'
       when f.ord is null then 'unregistered'
       else 'raced'
     end as outcome,
     k.event_id as known_event_id, coalesce(t.accepted_at, k.accepted_at) as accepted_at, 0 as used,
     null::float8 as reset_seconds
   from input i
   left join known k on k.ord = i.ord
   left join fresh f on f.ord = i.ord
   left join inserted t on t.event_id = i.event_id
   order by i.ord`,
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
