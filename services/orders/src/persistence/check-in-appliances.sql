-- Registers or updates a batch of appliances in one commit: the row, its key, what is said about a new one and about one
-- that was silent.
--
-- A key is kept from the first check-in that brings one; a check-in with another one changes nothing and is left out
-- of the result, unless it may replace the key. The key of an appliance that enrolled is replaced by an enrolment only. A
-- credential of another epoch than that of the appliance changes nothing: `superseded`. `xmax` is 0 in a row that was inserted just now.
--
-- $1..$10 per appliance, each once: site, host, deployment mode, reseller, policy version, NixOS version, agent
-- version, public key or null, 'true' when it may replace a key, event as JSON. $11 now, $12 and $13 outbox ids.
-- $14 per appliance: ids of the server's keys that it holds, with commas between them, or null when it says nothing.
-- $15 per appliance: epoch of the credential or null.
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $14::text[], $15::text[]) with ordinality as t (site_id, host_id, deployment_mode, reseller_id, policy_version, nixos_version, agent_version,
      public_key, may_replace_key, event, server_key_ids, credential_epoch, ord)
),
judged as materialized (
  select *, credential_epoch is not null and credential_epoch::int <> coalesce(
    (select a.epoch from appliances a where a.site_id = i.site_id and a.host_id = i.host_id), 0) as superseded
  from input i
),
checked_in as (
  insert into appliances as a (site_id, host_id, deployment_mode, reseller_id, policy_version, nixos_version, agent_version,
    public_key, public_key_since, registered_at, last_checkin, server_key_ids)
  select site_id, host_id, deployment_mode, reseller_id, policy_version, nixos_version, agent_version,
    public_key, case when public_key is not null then $11::timestamptz end, $11::timestamptz, $11::timestamptz,
    server_key_ids
  from judged
  where not superseded
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
      last_checkin = greatest(a.last_checkin, excluded.last_checkin),
      silent_since = null,
      server_key_ids = excluded.server_key_ids
    where excluded.public_key is null
      or a.public_key is null
      or a.public_key = excluded.public_key
      or a.epoch = 0 and exists (
        select from input i
        where i.site_id = excluded.site_id and i.host_id = excluded.host_id and i.may_replace_key = 'true'
      )
  returning a.site_id, a.host_id, a.public_key, a.public_key_since, a.xmax = 0 as registered, old.silent_since
),
enrolled as (
  insert into appliance_keys (site_id, host_id, public_key, enrolled_at)
  select site_id, host_id, public_key, public_key_since
  from checked_in
  where public_key_since = $11::timestamptz
  on conflict do nothing
  returning site_id, host_id
),
done as materialized (
  select i.ord, i.event, site_id, host_id, c.registered, c.registered or e.site_id is not null as is_news, c.silent_since
  from input i
  join checked_in c using (site_id, host_id)
  left join enrolled e using (site_id, host_id)
),
news as materialized (
  select
    '[' || string_agg(event, ',' order by ord) filter (where is_news) || ']' as registered,
    '[' || string_agg(
      json_strip_nulls(json_build_object(
        'specversion', '1.0',
        'id', 'returned:' || site_id || '/' || host_id || '/' || (extract(epoch from silent_since) * 1000)::bigint,
        'source', '/orders',
        'type', 'orders.appliance-returned.v1',
        'subject', site_id,
        'time', event::json -> 'time',
        'datacontenttype', 'application/json',
        'traceparent', event::json -> 'traceparent',
        'data', json_build_object(
          'site_id', site_id,
          'host_id', host_id,
          'silent_since', to_char(silent_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'returned_at', event::json -> 'time')))::text,
      ',' order by ord) filter (where silent_since is not null) || ']' as returned
  from done
  where is_news or silent_since is not null
),
said as (
  insert into outbox (id, subject, payload)
  select id, subject, payload
  from news, lateral (values
    ($12::uuid, 'orders.appliance-registered.v1', registered),
    ($13::uuid, 'orders.appliance-returned.v1', returned)) as t (id, subject, payload)
  where payload is not null
)
select ord::int as question, j.superseded, d.registered, n.registered as registered_payload, n.returned as returned_payload
from judged j
left join done d using (ord)
cross join news n
where j.superseded or d.registered is not null
order by ord
