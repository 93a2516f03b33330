-- Leaves [$1, $2) in one row, as many as $3 bytes hold, the first in any case: a row for each would cost more than all
-- that is done with them. A leaf is plain ASCII without control characters, so that newlines keep them apart.
select count(*)::int as count,
  min(leaf_index)::float8 as first,
  max(leaf_index)::float8 as last,
  string_agg(leaf, E'\n' order by leaf_index) as text,
  string_agg(leaf_hash, ''::bytea order by leaf_index) as hashes,
  array_agg(data) filter (where data is not null) as data,
  min(recorded_at) as since
from (
  select leaf_index, leaf, leaf_hash, data, recorded_at,
    sum(octet_length(leaf) + coalesce(octet_length(data), 0)) over (order by leaf_index) as bytes
  from ledger_leaves
  where leaf_index >= $1::bigint and leaf_index < $2::bigint
) counted
where bytes <= $3::bigint or leaf_index = $1::bigint
having count(*) > 0
