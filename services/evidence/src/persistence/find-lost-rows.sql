-- Rows that leaves tell of and that are not there. $1 evidence ids of `evidence.recorded` leaves; $2 event id, $3 site,
-- $4 bundle id, $5 evidence id of `gateway.evidence-submitted` leaves, $6 the durable that handles those.
--
-- A seal is committed before it is said, so its leaf has both rows. A submission has a bundle or a refusal once its
-- event was handled; one that is not handled yet, or was given up on, has neither.
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
  and exists (select from inbox i where i.consumer = $6 and i.event_id = t.event_id)
  and not exists (select from dead_letters d where d.id = $6 || ':' || t.event_id)
