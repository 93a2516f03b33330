-- Appends events to the ledger in the order in which they are given. Taking their places from the head waits for
-- whoever takes some at this moment. Should one of the events have its place already, nothing is appended: see
-- append-missing-leaves.sql.
--
-- $1 how many; $2..$13 per event, no event twice: id, source, type, site, time, trace id, leaf, leaf hash (hex), data,
-- principal, route, error code.
with head as (
  update ledger_head set size = size + $1::text::bigint returning size - $1::text::bigint as start
)
insert into ledger_leaves (leaf_index, event_id, source, type, site_id, time, trace_id, leaf, leaf_hash, data,
  principal_id, route, error_code)
select head.start + t.ord - 1, event_id, source, type, site_id, time::timestamptz, trace_id, leaf,
  decode(leaf_hash, 'hex'), data, principal_id, route, error_code
from head, unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::text[])
  with ordinality as t (event_id, source, type, site_id, time, trace_id, leaf, leaf_hash, data, principal_id, route,
    error_code, ord)
