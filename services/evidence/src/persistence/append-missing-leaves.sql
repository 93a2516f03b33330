-- Appends events to the ledger, those that it has already left out, in the order in which they are given. The caller
-- holds the lock on the head, and this is a statement of its own: its snapshot was taken after the lock was granted, so
-- that it sees what whoever held the lock before has committed.
--
-- $1 the size of the ledger; $2..$13 per event, no event twice: id, source, type, site, time, trace id, leaf, leaf hash
-- (hex), data, principal, route, error code.
with fresh as materialized (
  select t.*, $1::text::bigint + row_number() over (order by ord) - 1 as leaf_index
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[], $12::text[], $13::text[])
    with ordinality as t (event_id, source, type, site_id, time, trace_id, leaf, leaf_hash, data, principal_id, route,
      error_code, ord)
  where not exists (select from ledger_leaves l where l.event_id = t.event_id and l.source = t.source)
),
appended as (
  insert into ledger_leaves (leaf_index, event_id, source, type, site_id, time, trace_id, leaf, leaf_hash, data,
    principal_id, route, error_code)
  select leaf_index, event_id, source, type, site_id, time::timestamptz, trace_id, leaf, decode(leaf_hash, 'hex'), data,
    principal_id, route, error_code
  from fresh
),
moved as (
  update ledger_head set size = size + (select count(*) from fresh)
  where exists (select from fresh)
)
select count(*)::int as appended from fresh
