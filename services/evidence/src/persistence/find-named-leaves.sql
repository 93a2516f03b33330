-- The leaves of site $1 (and of no site) at the ledger size $2 that have one of the ids $3 within the sources $4, or that
-- tell of the submission of one of the bundles $5.
with named as (
  select l.leaf_index
  from unnest($3::text[], $4::text[]) as n (event_id, source)
  join ledger_leaves l on l.event_id = n.event_id and l.source = n.source
  where l.site_id in ($1, '-')
),
submitted as (
  select l.leaf_index
  from ledger_leaves l
  where l.site_id = $1
    and l.type = 'gateway.evidence-submitted.v1'
    and l.time in (
      select b.submitted_at from bundles b where b.evidence_id = any ($5::text[]::uuid[]) and b.site_id = $1
    )
)
select l.leaf_index::float8 as index, octet_length(l.leaf) + coalesce(octet_length(l.data), 0) as bytes
from ledger_leaves l
where l.leaf_index < $2 and l.leaf_index in (select leaf_index from named union select leaf_index from submitted)
order by l.leaf_index
