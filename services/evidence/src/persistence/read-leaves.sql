-- Leaves [$1, $2) in their order, as many as $3 bytes hold, the first in any case. Lengths are known without reading
-- what lies outside the row.
select leaf_index::float8 as index, event_id as "eventId", leaf as text, leaf_hash as hash, data,
  recorded_at as "recordedAt"
from (
  select *, sum(octet_length(leaf) + coalesce(octet_length(data), 0)) over (order by leaf_index) as bytes
  from ledger_leaves
  where leaf_index >= $1::bigint and leaf_index < $2::bigint
) counted
where bytes <= $3::bigint or leaf_index = $1::bigint
order by leaf_index
