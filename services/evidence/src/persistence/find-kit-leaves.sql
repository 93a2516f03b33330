-- The leaves that a kit of site $1 at the ledger size $2 begins with: those of the range [$3, $4) by server time, those by
-- which keys, appliances and principals of the site are known and how long it was silent, and the keys of orders and of
-- the ledger. At most $5.
select leaf_index::float8 as index, octet_length(leaf) + coalesce(octet_length(data), 0) as bytes
from ledger_leaves
where leaf_index < $2
  and (
    site_id = $1
    and (
      time >= $3::timestamptz and time < $4::timestamptz
      or type in ('orders.appliance-registered.v1', 'orders.appliance-silent.v1', 'orders.appliance-returned.v1',
        'gateway.principal-created.v1', 'gateway.principal-revoked.v1', 'gateway.principal-disabled.v1',
        'gateway.subject-linked.v1', 'gateway.token-issued.v1')
    )
    or site_id = '-'
    and type in ('orders.key-created.v1', 'orders.key-rotated.v1', 'evidence.ledger-key-created.v1')
  )
order by leaf_index
limit $5
