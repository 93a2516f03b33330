-- Takes orders on for their own site, before they expire, and says so, in one commit. Found and locked as in
-- deliver-orders.sql.
--
-- $1..$4 per order, each order once: order id, site, principal, event as JSON. $5 acknowledged at, $6 deadline of the
-- execution, $7 outbox id.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as t (order_id, site_id, principal_id, event, ord)
),
locked as materialized (
  select order_id, site_id, status, deadline_at from orders where order_id = any ($1::text[]) order by order_id for no key update
),
acknowledged as (
  update orders o
  set status = 'acknowledged', acknowledged_at = $5::timestamptz, acknowledged_by = i.principal_id::uuid, deadline_at = $6::timestamptz
  from locked l
  join input i using (order_id, site_id)
  where o.order_id = any ($1::text[])
    and o.order_id = l.order_id
    and l.status in ('pending', 'delivered')
    and l.deadline_at > $5::timestamptz
  returning o.order_id
),
said as (
  insert into outbox (id, subject, payload)
  select $7::uuid, 'orders.acknowledged.v1', '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join acknowledged using (order_id)
  having count(*) > 0
)
select order_id from acknowledged
