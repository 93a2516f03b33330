-- Looks at appliances whose time has come: silent since the last check-in, or looked at again when that runs out.
-- Replicas take different ones. A check-in that holds the row is news in itself: it is passed over until the next sweep.
--
-- $1 now, $2 milliseconds after which an appliance is silent, $3 how many at most.
with due as materialized (
  select site_id, host_id
  from appliances
  where silent_since is null and watch_at <= $1::timestamptz
  order by watch_at
  limit $3
  for no key update skip locked
)
update appliances a
set silent_since = case when a.last_checkin + $2::float8 * interval '1 millisecond' < $1::timestamptz then a.last_checkin end,
  watch_at = a.last_checkin + ($2::float8 + 1) * interval '1 millisecond'
from due d
where a.site_id = d.site_id and a.host_id = d.host_id
returning a.site_id, a.host_id, a.last_checkin, a.silent_since is not null as is_silent
