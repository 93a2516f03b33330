-- How far the bundles $1 (evidence ids) are, and how long they are kept as of now.
--
-- The event that tells of a seal is the leaf by which a bundle is in the ledger; the first checkpoint that covers it
-- makes it provable.
select
  asked.id as evidence_id,
  coalesce(s.stored_at, q.stored_at) as stored_at,
  s.sealed_at,
  s.key,
  s.uri,
  s.version_id,
  greatest(s.retain_until, extended.until) as retain_until,
  coalesce(hold.kind = 'hold-on', false) as legal_hold,
  l.leaf_index::float8 as leaf_index,
  c.published_at as ledgered_at
from unnest($1::text[]) as asked (id)
left join seals s on s.evidence_id = asked.id::uuid
left join seal_queue q on q.evidence_id = asked.id::uuid
left join ledger_leaves l on l.event_id = 'recorded:' || asked.id and l.source = '/evidence'
left join lateral (
  select published_at from ledger_checkpoints where size > l.leaf_index order by size limit 1
) c on true
left join lateral (
  select max(r.retain_until) as until from retention_changes r where r.evidence_id = asked.id::uuid
) extended on true
left join lateral (
  select kind from retention_changes r
  where r.evidence_id = asked.id::uuid and r.kind <> 'extended' order by r.changed_at desc, r.id desc limit 1
) hold on true
