-- Registers or updates a batch of appliances in one commit: the row, its key, what is said about a new one.
--
-- A key is kept from the first check-in that brings one; a check-in with another one changes nothing and is left out
-- of the result, unless it may replace the key. `xmax` is 0 in a row that was inserted just now.
--
-- $1..$10 per appliance, each once: site, host, deployment mode, reseller, policy version, NixOS version, agent
-- version, public key or null, 'true' when it may replace a key, event as JSON. $11 now, $12 outbox id.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
    with ordinality as t (site_id, host_id, deployment_mode, reseller_id, policy_version, nixos_version, agent_version,
      public_key, may_replace_key, event, ord)
),
checked_in as (
  insert into appliances as a (site_id, host_id, deployment_mode, reseller_id, policy_version, nixos_version, agent_version,
    public_key, public_key_since, registered_at, last_checkin)
  select site_id, host_id, deployment_mode, reseller_id, policy_version, nixos_version, agent_version,
    public_key, case when public_key is not null then $11::timestamptz end, $11::timestamptz, $11::timestamptz
  from input
  order by site_id, host_id
  on conflict (site_id, host_id) do update
    set deployment_mode = excluded.deployment_mode,
      reseller_id = excluded.reseller_id,
      policy_version = excluded.policy_version,
      nixos_version = excluded.nixos_version,
      agent_version = excluded.agent_version,
      public_key = coalesce(excluded.public_key, a.public_key),
      public_key_since = case
        when excluded.public_key is null or excluded.public_key = a.public_key then a.public_key_since
        else excluded.public_key_since
      end,
      last_checkin = greatest(a.last_checkin, excluded.last_checkin)
    where excluded.public_key is null
      or a.public_key is null
      or a.public_key = excluded.public_key
      or exists (
        select from input i
        where i.site_id = excluded.site_id and i.host_id = excluded.host_id and i.may_replace_key = 'true'
      )
  returning a.site_id, a.host_id, a.public_key, a.public_key_since, a.xmax = 0 as registered
),
enrolled as (
  insert into appliance_keys (site_id, host_id, public_key, enrolled_at)
  select site_id, host_id, public_key, public_key_since
  from checked_in
  where public_key_since = $11::timestamptz
  on conflict do nothing
  returning site_id, host_id
),
said as (
  insert into outbox (id, subject, payload)
  select $12::uuid, 'orders.appliance-registered.v1', '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join checked_in c using (site_id, host_id)
  left join enrolled e using (site_id, host_id)
  where c.registered or e.site_id is not null
  having count(*) > 0
  returning payload
)
select i.ord::int as question, c.registered, (select payload from said) as payload
from input i
join checked_in c using (site_id, host_id)
