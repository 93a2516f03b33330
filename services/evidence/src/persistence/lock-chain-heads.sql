-- Locks the chains of the sites $1, always in the same order, and says where each ends and what time it is then. The
-- clock is read after the locks are held: whoever held them before committed earlier than this.
with locked as materialized (
  select site_id, position, link_hash, recorded_at
  from chain_heads
  where site_id = any($1::text[])
  order by site_id
  for update
)
select site_id, position::int, link_hash, recorded_at, clock_timestamp() as now
from locked
