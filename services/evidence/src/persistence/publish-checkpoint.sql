-- Makes a checkpoint public, with the tiles that became full by it; nothing when the newest one is not that of size $1,
-- which the new one was made from: then somebody else leads.
--
-- $2 size, $3 root (base64), $4 note, $5 version id of its object; $6..$9 per tile: level, index, hashes and root (base64).
with newest as (
  select from (select coalesce(max(size), 0) as size from ledger_checkpoints) n where n.size = $1::bigint
),
tiled as (
  insert into ledger_tiles (level, index, hashes, root)
  select level::smallint, index::bigint, decode(hashes, 'base64'), decode(root, 'base64')
  from unnest($6::text[], $7::text[], $8::text[], $9::text[]) as t (level, index, hashes, root)
  where exists (select from newest)
)
insert into ledger_checkpoints (size, root, note, version_id)
select $2::bigint, decode($3, 'base64'), $4, $5
from newest
returning published_at as "publishedAt"
