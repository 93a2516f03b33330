-- Notes that the vault holds these bundles, takes them off the queue and says so, for those that nobody sealed before.
--
-- $1..$8 per bundle: evidence id, key, uri, version id, sha256, size, end of retention, when the vault had answered the
-- put; $9 what to say of it (JSON); $10 outbox id, $11 subject.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[])
    with ordinality as t (evidence_id, key, uri, version_id, sha256, size, retain_until, stored_at, event, ord)
),
sealed as (
  insert into seals (evidence_id, key, uri, version_id, sha256, size, retain_until, stored_at)
  select evidence_id::uuid, key, uri, version_id, sha256, size::int, retain_until::timestamptz, stored_at::timestamptz
  from input
  on conflict (evidence_id) do nothing
  returning evidence_id
),
unqueued as (
  delete from seal_queue where evidence_id in (select evidence_id::uuid from input)
),
said as (
  insert into outbox (id, subject, payload)
  select $10::uuid, $11, '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join sealed s on s.evidence_id = i.evidence_id::uuid
  having count(*) > 0
)
select evidence_id from sealed
