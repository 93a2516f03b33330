-- Notes what was found, and says what is new. What another part of the walk said of the same item in the same round
-- goes first: one damage is told once.
--
-- $1..$6 per fault: id, kind, item, site (or null), detail, facts (JSON); $7 what to say of it (JSON); $8 part; $9 when
-- the round began; $10 outbox id, $11 subject.
with input as materialized (
  select t.*
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    with ordinality as t (id, kind, item, site_id, detail, facts, event, ord)
  where not exists (
    select from scrub_findings f
    where f.item = t.item and f.part <> $8 and f.resolved_at is null and f.last_seen >= $9::timestamptz
  )
),
noted as (
  insert into scrub_findings as f (id, kind, item, part, site_id, detail, facts)
  select id::uuid, kind, item, $8, site_id, detail, facts from input
  on conflict (kind, item) where resolved_at is null
  do update set last_seen = clock_timestamp(), part = excluded.part, detail = excluded.detail, facts = excluded.facts
  returning id
),
said as (
  insert into outbox (id, subject, payload)
  select $10::uuid, $11, '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i join noted n on n.id = i.id::uuid
  having count(*) > 0
)
select i.id, n.id is not null as is_new
from input i left join noted n on n.id = i.id::uuid
order by i.ord
