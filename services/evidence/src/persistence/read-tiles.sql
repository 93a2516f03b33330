-- The hashes of tiles: $1 level, $2 index, $3 width of each. A full tile is a row; one that is not full follows from the
-- leaves, or from the roots of the tiles below it. Rows come in the order of the questions.
select coalesce(
  (select t.hashes from ledger_tiles t where t.level = asked.level::smallint and t.index = asked.index::bigint),
  case
    when asked.level = '0' then (
      select string_agg(l.leaf_hash, ''::bytea order by l.leaf_index)
      from ledger_leaves l
      where l.leaf_index >= asked.index::bigint * 256 and l.leaf_index < asked.index::bigint * 256 + asked.width::bigint
    )
    else (
      select string_agg(c.root, ''::bytea order by c.index)
      from ledger_tiles c
      where c.level = asked.level::smallint - 1
        and c.index >= asked.index::bigint * 256 and c.index < asked.index::bigint * 256 + asked.width::bigint
    )
  end,
  ''::bytea
) as hashes
from unnest($1::text[], $2::text[], $3::text[]) with ordinality as asked (level, index, width, ord)
order by asked.ord
