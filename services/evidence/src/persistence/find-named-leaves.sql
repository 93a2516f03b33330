-- The leaves of site $1 (and of no site) at the ledger size $2 that have one of the ids $3 within the sources $4, or that
-- tell of the submission of one of the bundles $5.
with named as (
  select l.leaf_index
  from unnest($3::text[], $4::text[]) as n (event_id, source)
  join ledger_leaves l on l.event_id = n.event_id and l.source = n.source
  where l.site_id in ($1, '-')
),
-- Leaves and bundles of the same moment. Grouped and not joined: a join of thousands with thousands is left to what the
-- planner knows of the tables, and of a young site it knows nothing.
submitted as (
  select unnest(array_agg(leaf_index) filter (where leaf_index is not null)) as leaf_index
  from (
    select time, leaf_index from ledger_leaves
    where site_id = $1 and leaf_index < $2 and type = 'gateway.evidence-submitted.v1'
    union all
    select submitted_at, null from bundles where evidence_id = any ($5::text[]::uuid[]) and site_id = $1
  ) moments
  group by time
  having bool_or(leaf_index is null)
)
select l.leaf_index::float8 as index, octet_length(l.leaf) + coalesce(octet_length(l.data), 0) as bytes
from ledger_leaves l
where l.leaf_index < $2 and l.leaf_index in (select leaf_index from named union select leaf_index from submitted)
order by l.leaf_index
