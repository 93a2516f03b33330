-- Where chains end, of sites after $1, at most $2, or of site $3 alone, each with the last link that is accounted for.
-- One snapshot: both change in one commit. $4: when the round began.
select h.site_id, h.position::float8 as head_position, h.link_hash as head_link_hash, last.*
from (
  select * from chain_heads
  where site_id > $1 and ($3::text is null or site_id = $3) order by site_id limit $2
) h
left join lateral (
  select b.evidence_id, b.bundle_id, b.host_id, b.position::float8 as position, b.previous_link_hash, b.link_hash,
    b.digest, b.signature, b.public_key, b.recorded_at
  from bundles b
  where b.site_id = h.site_id
    and (exists (select from seals s where s.evidence_id = b.evidence_id)
      or exists (select from seal_queue q where q.evidence_id = b.evidence_id))
    and not exists (
      select from scrub_findings f
      where f.item = 'bundles/' || b.evidence_id and f.part in ('ledger', 'seals') and f.resolved_at is null
        and f.last_seen >= $4::timestamptz
    )
  order by b.position desc limit 1
) last on true
order by h.site_id
