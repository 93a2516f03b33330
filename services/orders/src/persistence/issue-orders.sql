-- Issues a batch of orders in one commit: order, its incident, what is said about it.
--
-- An order is left out where its condition has an open order, or the order itself is there already; the caller settles
-- the incidents that it does not get back. Rows go in sorted by condition: two replicas that meet wait for each other
-- in the same direction. An incident that has an order already, without its own being there, makes the statement fail
-- as a whole (23505). Nothing is read from a growing table, so no plan can go wrong.
--
-- An order whose epoch is not that of its appliance is left out too. The lock is the one that a foreign key would take: it
-- holds off an enrolment until this commits, which then finds the order and ends it; check-ins do not wait for it.
--
-- $1..$9 per order: order id, incident id, site, host, runbook, condition, signed payload, signature, traceparent.
-- $10, $11 per order: the event as JSON, epoch of the appliance. $12 issued at, $13 expires at, $14 key id, $15 outbox id.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[])
    with ordinality as t (order_id, incident_id, site_id, host_id, runbook_id, condition, signed_payload, signature, traceparent, event,
      epoch, ord)
),
current as materialized (
  select d.site_id, d.host_id, coalesce(a.epoch, 0) as epoch
  from (select distinct site_id, host_id from input) d
  left join lateral (
    select epoch from appliances where site_id = d.site_id and host_id = d.host_id for key share
  ) a on true
),
issued as (
  insert into orders (order_id, incident_id, site_id, host_id, runbook_id, condition, issued_at, expires_at, deadline_at,
    signed_payload, signature, key_id, traceparent, appliance_epoch)
  select order_id, incident_id::uuid, site_id, host_id, runbook_id, condition, $12::timestamptz, $13::timestamptz, $13::timestamptz,
    signed_payload, signature, $14, traceparent, c.epoch
  from input i
  join current c using (site_id, host_id)
  where c.epoch = i.epoch::int
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
  select $15::uuid, 'orders.issued.v1', '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join issued using (order_id)
  having count(*) > 0
)
select order_id from issued
