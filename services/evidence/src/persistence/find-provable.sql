-- The leaves that prove things of sites: $1 site, $2 kind, $3 id of each. A row for each that is known: of a bundle also
-- before it is sealed, which is before there is a leaf of it. Another site's is not found.
select asked.ord::int - 1 as at, l.leaf_index::float8 as index, l.leaf, l.leaf_hash as hash
from unnest($1::text[], $2::text[], $3::text[]) with ordinality as asked (site_id, kind, id, ord)
left join bundles b on asked.kind = 'evidence' and b.site_id = asked.site_id and b.bundle_id = asked.id
left join ledger_leaves l on l.site_id = asked.site_id
  and l.event_id = case asked.kind
    when 'evidence' then 'recorded:' || b.evidence_id
    when 'order' then 'issued:' || asked.id
    else asked.id end
  and l.source = case asked.kind when 'evidence' then '/evidence' when 'order' then '/orders' else '/gateway' end
  and l.type = case asked.kind
    when 'evidence' then 'evidence.recorded.v1'
    when 'order' then 'orders.issued.v1'
    else 'gateway.incident-reported.v1' end
where l.leaf_index is not null or b.evidence_id is not null
order by asked.ord
