-- Issues a batch of orders in one commit: order, its incident, what is said about it.
--
-- An order is left out where its condition has an open order, or the order itself is there already; the caller settles
-- the incidents that it does not get back. Rows go in sorted by condition: two replicas that meet wait for each other
-- in the same direction. An incident that has an order already, without its own being there, makes the statement fail
-- as a whole (23505). Nothing is read from a growing table, so no plan can go wrong.
--
-- $1..$9 per order: order id, incident id, site, host, runbook, condition, signed payload, signature, traceparent.
-- $10 per order: the event as JSON. $11 issued at, $12 expires at, $13 key id, $14 outbox id.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
    with ordinality as t (order_id, incident_id, site_id, host_id, runbook_id, condition, signed_payload, signature, traceparent, event, ord)
),
issued as (
  insert into orders (order_id, incident_id, site_id, host_id, runbook_id, condition, issued_at, expires_at, deadline_at,
    signed_payload, signature, key_id, traceparent)
  select order_id, incident_id::uuid, site_id, host_id, runbook_id, condition, $11::timestamptz, $12::timestamptz, $12::timestamptz,
    signed_payload, signature, $13, traceparent
  from input
  order by site_id, host_id, runbook_id, condition
  on conflict do nothing
  returning order_id, incident_id
),
linked as (
  insert into order_incidents (incident_id, order_id)
  select incident_id, order_id from issued order by incident_id
),
said as (
  insert into outbox (id, subject, payload)
  select $14::uuid, 'orders.issued.v1', '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join issued using (order_id)
  having count(*) > 0
)
select order_id from issued
