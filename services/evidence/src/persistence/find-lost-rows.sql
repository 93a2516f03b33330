-- Rows that leaves tell of and that are not there. $1 evidence ids of `evidence.recorded` leaves; $2 event id, $3 site,
-- $4 bundle id, $5 evidence id of `gateway.evidence-submitted` leaves, $6 the durable that handles those.
--
-- A seal is committed before it is said, so its leaf has both rows. A submission has a bundle or a refusal once its
-- event was handled; one that is not handled yet, or was given up on, has neither. A refusal ($7 event ids) and a change
-- of retention ($8 ids) are said in the commit that makes the row.
select 'bundles' as "table", asked.id as key
from unnest($1::text[]) as asked (id)
where not exists (select from bundles where evidence_id = asked.id::uuid)
union all
select 'seals', asked.id
from unnest($1::text[]) as asked (id)
where not exists (select from seals where evidence_id = asked.id::uuid)
  and exists (select from bundles where evidence_id = asked.id::uuid)
union all
select 'submissions', t.event_id
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as t (event_id, site_id, bundle_id, evidence_id)
where not exists (select from bundles b where b.evidence_id = t.evidence_id::uuid)
  and not exists (select from bundles b where b.site_id = t.site_id and b.bundle_id = t.bundle_id)
  and not exists (select from refusals r where r.event_id = t.event_id)
  -- That of a refusal is said of the refusal.
  and not exists (
    select from ledger_leaves l where l.event_id = 'refused:' || t.event_id and l.source = '/evidence'
  )
  and exists (select from inbox i where i.consumer = $6 and i.event_id = t.event_id)
  and not exists (select from dead_letters d where d.id = $6 || ':' || t.event_id)
union all
select 'refusals', asked.id
from unnest($7::text[]) as asked (id)
where not exists (select from refusals r where r.event_id = asked.id)
union all
select 'retention_changes', asked.id
from unnest($8::text[]) as asked (id)
where not exists (select from retention_changes r where r.id = asked.id::uuid)
