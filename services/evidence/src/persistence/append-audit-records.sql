-- Adds events to the trail; one that is there already stays as it is.
-- $1..$7 per event: id, source, type, site, time, trace id, data (JSON).
insert into audit_records (event_id, source, type, site_id, time, trace_id, data)
select event_id, source, type, site_id, time::timestamptz, trace_id, data
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
  as t (event_id, source, type, site_id, time, trace_id, data)
on conflict do nothing
