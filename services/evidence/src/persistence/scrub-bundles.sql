-- Bundles after ($1 site, $2 position), at most $3, of site $4 (null: all), and how far each is. One snapshot: a bundle is
-- committed with its place in the seal queue, and leaves it in the commit that seals it. $5: when the round began.
select b.evidence_id, b.site_id, b.bundle_id, b.host_id, b.position::float8 as position, b.previous_link_hash,
  b.link_hash, b.digest, b.signature, b.public_key, b.recorded_at,
  case when s.evidence_id is null then b.document end as document,
  s.evidence_id is not null as sealed,
  q.evidence_id is not null as queued,
  l.event_id is not null as ledgered,
  exists (
    select from scrub_findings f
    where f.item = 'bundles/' || b.evidence_id and f.part in ('ledger', 'seals') and f.resolved_at is null
      and f.last_seen >= $5::timestamptz
  ) as is_bad
from (
  select * from bundles
  where (site_id, position) > ($1::text, $2::bigint) and ($4::text is null or site_id = $4)
  order by site_id, position limit $3
) b
left join seals s using (evidence_id)
left join seal_queue q using (evidence_id)
left join ledger_leaves l on l.event_id = 'recorded:' || b.evidence_id and l.source = '/evidence'
order by b.site_id, b.position, ledgered desc, sealed desc, queued desc, b.evidence_id
