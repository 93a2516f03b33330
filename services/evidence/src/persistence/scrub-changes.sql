-- Changes of retention and refusals after ($1 table, $2 key), at most $3, of site $4 (null: all), each as JSON, with the
-- leaf that tells of it. $5 the durable that appends the leaves; $6 when the round began.
--
-- A row without its leaf is in flight while the outbox has what the same commit said, or was given up on, or its leaf
-- is not as it was, which is said of the leaf.
select c.of_table, c.key, c.site_id, c.fields, l.leaf,
  (l.event_id is null and (
    exists (select from outbox o where o.subject = c.type and o.payload like '%"' || c.event_id || '"%')
    or exists (select from dead_letters d where d.id = $5 || ':' || c.event_id)
  )) or exists (
    select from scrub_findings f
    where f.kind in ('leaf-missing', 'leaf-changed') and f.resolved_at is null and f.last_seen >= $6::timestamptz
      and (f.item = 'ledger_leaves/' || l.leaf_index
        or coalesce(f.facts::jsonb ->> 'event_id', c.event_id) = c.event_id)
  ) as is_explained
from (
  (select 'refusals' as of_table, r.event_id as key, r.site_id, 'evidence.refused.v1' as type,
    'refused:' || r.event_id as event_id, to_json(r) as fields
  from refusals r
  where $1::text <= 'refusals' and ($1 < 'refusals' or r.event_id > $2) and ($4::text is null or r.site_id = $4)
  order by r.event_id limit $3)
  union all
  (select 'retention_changes', r.id::text, b.site_id,
    case r.kind when 'extended' then 'evidence.retention-extended.v1' else 'evidence.legal-hold-changed.v1' end,
    case r.kind when 'extended' then 'retention-extended:' else 'legal-hold-changed:' end || r.id, to_json(r)
  from retention_changes r left join bundles b using (evidence_id)
  where ($1 < 'retention_changes' or r.id::text > $2) and ($4::text is null or b.site_id = $4)
  order by r.id::text limit $3)
) c
left join ledger_leaves l on l.event_id = c.event_id and l.source = '/evidence'
order by c.of_table, c.key
limit $3
