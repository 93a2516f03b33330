-- Takes the nonces of a batch of signed requests, each for whoever comes first: among all gateways by the primary key, in
-- the batch by its order. Inserted in one order everywhere, so that no two batches wait for each other.
--
-- The commit does not wait for the disk. Whatever a request brings about is committed after its nonce, in the same log:
-- a crash that loses the nonce has lost the effect too.
--
-- $1 slot and $2 digest (hex) per request.
with relaxed as materialized (
  select set_config('synchronous_commit', 'off', true) as setting
),
input as materialized (
  select ord, slot::smallint as slot, decode(digest, 'hex') as digest
  from unnest($1::text[], $2::text[]) with ordinality as t (slot, digest, ord)
),
taken as (
  insert into request_nonces (slot, nonce_sha256)
  select distinct slot, digest from input cross join relaxed order by slot, digest
  on conflict do nothing
  returning slot, nonce_sha256
)
select t.slot is not null and i.ord = min(i.ord) over (partition by i.slot, i.digest) as is_first
from input i
left join taken t on t.slot = i.slot and t.nonce_sha256 = i.digest
order by i.ord
