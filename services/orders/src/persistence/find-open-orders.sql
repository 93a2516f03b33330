-- What each of several pollers may fetch now, oldest first, one more than its limit where there is more. Until an order
-- is acknowledged its deadline is its expiry; asked by that, the query has one index to go by.
--
-- An order is for the epoch of its appliance in which it was signed; a credential, too, is for one epoch.
--
-- $1..$6 per poll: site, host or null, issued at and order id that the page comes after, limit, epoch of the credential or
-- null. $7 now.
select q.ord::int as question, o.order_id, o.status, o.site_id, o.host_id, o.signed_payload, o.signature, o.key_id, o.traceparent
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
  with ordinality as q (site_id, host_id, after_issued_at, after_order_id, most, epoch, ord)
cross join lateral (
  select *
  from orders
  where site_id = q.site_id
    and status in ('pending', 'delivered')
    and expires_at > $7::timestamptz
    and (q.host_id is null or host_id = q.host_id)
    and (q.epoch is null or q.epoch::int = appliance_epoch)
    and appliance_epoch = coalesce(
      (select a.epoch from appliances a where a.site_id = orders.site_id and a.host_id = orders.host_id), 0)
    and (issued_at, order_id) > (q.after_issued_at::timestamptz, q.after_order_id)
  order by issued_at, order_id
  limit q.most::int + 1
) o
order by q.ord, o.issued_at, o.order_id
