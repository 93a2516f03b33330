-- The leaves that a kit of site $1 at the ledger size $2 begins with: those of the range [$3, $4) by server time, those by
-- which keys, appliances and principals of the site are known, the keys of orders and of the ledger, and of each appliance
-- what tells of a silence that reaches into the range from before it, or out of it. At most $5.
with silence as (
  select leaf_index, time, leaf::json #>> '{data,host_id}' as host_id
  from ledger_leaves
  where site_id = $1 and leaf_index < $2 and type in ('orders.appliance-silent.v1', 'orders.appliance-returned.v1')
),
-- Silence and return take turns: one before the range says whether it began in silence, two after it how that ended.
around as (
  (select distinct on (host_id) leaf_index from silence where time < $3::timestamptz order by host_id, leaf_index desc)
  union all
  select leaf_index
  from (
    select leaf_index, row_number() over (partition by host_id order by leaf_index) as place
    from silence
    where time >= $4::timestamptz
  ) later
  where place <= 2
)
select leaf_index::float8 as index, octet_length(leaf) + coalesce(octet_length(data), 0) as bytes
from ledger_leaves
where leaf_index < $2
  and (
    site_id = $1
    and (
      time >= $3::timestamptz and time < $4::timestamptz
      or type in ('orders.appliance-registered.v1', 'orders.appliance-enrolled.v1', 'gateway.principal-created.v1',
        'gateway.principal-revoked.v1', 'gateway.principal-disabled.v1', 'gateway.subject-linked.v1', 'gateway.token-issued.v1')
      or leaf_index in (select leaf_index from around)
    )
    or site_id = '-'
    and type in ('orders.key-created.v1', 'orders.key-announced.v1', 'orders.key-rotated.v1',
      'evidence.ledger-key-created.v1')
  )
order by leaf_index
limit $5
