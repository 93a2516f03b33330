-- Ends orders that stand open. The incidents are read from the row that is updated: one that joins at the same moment
-- is either in it or finds the order closed. Found and locked as in deliver-orders.sql.
--
-- $1..$6 per order, each order once: order id, site, host, status, reason, evidence id. $7 closed at.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as t (order_id, site_id, host_id, status, reason, evidence_id)
),
locked as materialized (
  select order_id, site_id, host_id, closed_at from orders where order_id = any ($1::text[]) order by order_id for no key update
)
update orders o
set status = i.status, close_reason = i.reason, evidence_id = i.evidence_id::uuid, closed_at = $7::timestamptz, deadline_at = null
from locked l
join input i using (order_id, site_id, host_id)
where o.order_id = any ($1::text[]) and o.order_id = l.order_id and l.closed_at is null
returning o.order_id, o.traceparent, (o.incident_id || o.joined_incident_ids)::text[] as incident_ids
