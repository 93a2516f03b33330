-- A site is known from the first check-in of one of its appliances.
create table sites (
  site_id text primary key,
  registered_at timestamptz not null default now()
);

-- One row per site and limited action, made with the site. Its lock decides between gateways. `hits` are the moments of
-- the accepted requests that still count, oldest first, and `counts` how many were accepted at each.
create table rate_limits (
  site_id text not null,
  action text not null,
  hits timestamptz[] not null default '{}',
  counts int[] not null default '{}',
  primary key (site_id, action)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- What was accepted under which key; the first answer is found through the event.
create table idempotency (
  key bytea primary key,
  request_hash bytea not null,
  event_id uuid not null,
  accepted_at timestamptz not null,
  expires_at timestamptz not null
);
create index idempotency_expires_at on idempotency using brin (expires_at);

create table principals (
  id uuid primary key,
  kind text not null check (kind in ('appliance', 'operator', 'agent', 'auditor', 'administrator')),
  name text not null,
  site_id text,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  check (kind <> 'appliance' or site_id is not null)
);

create table api_keys (
  id uuid primary key,
  principal_id uuid not null references principals,
  key_sha256 bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index api_keys_principal on api_keys (principal_id);

-- Gateways keep verified keys in memory; they forget one the moment it changes.
create function tell_key_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('gateway_keys', encode(coalesce(new.key_sha256, old.key_sha256), 'hex'));
  return null;
end $$;
create trigger api_keys_changed after update or delete on api_keys
  for each row execute function tell_key_change();
