-- Seals after $1 (evidence id), at most $2, of site $3 (null: all), each with its bundle, with how long it has to be kept
-- by later changes, and with the leaf that tells of it. One snapshot.
--
-- A seal without that leaf is in flight while the outbox has what the same commit said, or was given up on by the
-- consumer $4, which is said elsewhere. $5: when the round began.
select
  s.evidence_id, s.key, s.uri, s.version_id, s.sha256, s.size, s.retain_until, s.sealed_at,
  b.site_id, b.bundle_id, b.host_id, b.order_id, b.check_type, b.outcome, b.hipaa_controls, b.timestamp_start,
  b.timestamp_end, b.document, b.digest, b.signature, b.public_key, b.channel, b.trace_id, b.position::float8 as position,
  b.previous_link_hash, b.link_hash, b.recorded_at,
  extended.until as extended_until,
  coalesce(hold.kind = 'hold-on', false) as legal_hold,
  l.leaf_index::float8 as leaf_index, l.leaf, l.leaf_hash,
  exists (
    select from scrub_findings f
    where f.item = 'ledger_leaves/' || l.leaf_index and f.resolved_at is null and f.last_seen >= $5::timestamptz
  ) as leaf_is_bad,
  l.leaf_index is null and (
    exists (select from outbox o where o.subject = 'evidence.recorded.v1' and o.created_at = s.sealed_at)
    or exists (select from dead_letters d where d.id = $4 || ':recorded:' || s.evidence_id)
    or exists (
      select from scrub_findings f
      where f.kind in ('leaf-missing', 'leaf-changed') and f.resolved_at is null
        and coalesce(f.facts::jsonb ->> 'event_id', 'recorded:' || s.evidence_id) = 'recorded:' || s.evidence_id
    )
  ) as leaf_is_explained
from (
  select * from seals
  where evidence_id > $1::uuid
    and ($3::text is null or exists (
      select from bundles b where b.evidence_id = seals.evidence_id and b.site_id = $3
    ))
  order by evidence_id limit $2
) s
left join bundles b using (evidence_id)
left join ledger_leaves l on l.event_id = 'recorded:' || s.evidence_id and l.source = '/evidence'
left join lateral (
  select max(r.retain_until) as until from retention_changes r where r.evidence_id = s.evidence_id
) extended on true
left join lateral (
  select kind from retention_changes r
  where r.evidence_id = s.evidence_id and r.kind <> 'extended' order by r.changed_at desc, r.id desc limit 1
) hold on true
order by s.evidence_id
