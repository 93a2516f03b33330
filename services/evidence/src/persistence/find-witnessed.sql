-- Cosignatures of checkpoints up to the size $1 that were there by $2: of each appliance of site $3 the newest one, and
-- the first that covers the leaf $4; and the newest of up to 32 others, of the last thousand.
with own as (
  select size, public_key, line
  from checkpoint_cosignatures
  where site_id = $3 and size <= $1 and received_at < $2::timestamptz
),
others as (
  select size, public_key, line
  from (
    select size, public_key, line, site_id, received_at
    from checkpoint_cosignatures
    where size <= $1
    order by size desc, public_key
    limit 1000
  ) newest
  where site_id <> $3 and received_at < $2::timestamptz
)
select size::float8 as size, public_key as "publicKey", line
from (
  select distinct on (public_key) size, public_key, line from own order by public_key, size desc
) newest
union
select size::float8, public_key, line
from (
  select distinct on (public_key) size, public_key, line from own where size > $4 order by public_key, size
) covering
union
select size::float8, public_key, line
from (
  select size, public_key, line
  from (
    select distinct on (public_key) size, public_key, line from others order by public_key, size desc
  ) newest
  order by size desc, public_key
  limit 32
) beside
order by 1, 2
