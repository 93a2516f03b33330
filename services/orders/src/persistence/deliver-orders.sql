-- Notes the first delivery of orders and says so, in one commit. Locked in one direction: replicas deliver the same.
--
-- Rows are found by their id alone and judged by what the lock returns, which is their newest version. A condition on
-- orders itself would invite a partial index, and a plan from the days when it was empty.
--
-- $1, $2 per order: order id, event as JSON. $3 delivered at, $4 outbox id.
with input as materialized (
  select * from unnest($1::text[], $2::text[]) with ordinality as t (order_id, event, ord)
),
locked as materialized (
  select order_id, status from orders where order_id = any ($1::text[]) order by order_id for no key update
),
delivered as (
  update orders o
  set status = 'delivered', delivered_at = $3::timestamptz
  from locked l
  where o.order_id = any ($1::text[]) and o.order_id = l.order_id and l.status = 'pending'
  returning o.order_id
),
said as (
  insert into outbox (id, subject, payload)
  select $4::uuid, 'orders.delivered.v1', '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join delivered using (order_id)
  having count(*) > 0
)
select order_id from delivered
