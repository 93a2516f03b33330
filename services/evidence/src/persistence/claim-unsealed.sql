-- Leases at most $1 bundles that the vault lacks for $2 seconds, longest due first; replicas pass over each other's.
with due as materialized (
  select evidence_id
  from seal_queue
  where next_at <= now()
  order by next_at
  limit $1
  for update skip locked
),
leased as (
  update seal_queue q
  set next_at = now() + $2::int * interval '1 second', attempts = q.attempts + 1
  from due
  where q.evidence_id = due.evidence_id
  returning q.evidence_id, q.attempts, q.traceparent, q.event_id, q.replyto
)
select l.attempts, l.traceparent, l.event_id, l.replyto, b.evidence_id, b.site_id, b.bundle_id, b.host_id, b.order_id,
  b.outcome, b.document, b.digest, b.signature, b.public_key, b.channel, b.trace_id, b.position::int,
  b.previous_link_hash, b.link_hash, b.recorded_at, b.timestamp_end, b.submitted_at
from leased l
join bundles b using (evidence_id)
