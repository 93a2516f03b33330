-- Every appliance that ever checked in, by what it is called: a site has several.
create table appliances (
  site_id text not null,
  host_id text not null,
  deployment_mode text not null,
  reseller_id text,
  policy_version text not null,
  nixos_version text,
  agent_version text,
  -- The key that its evidence is signed with, and since when.
  public_key text,
  public_key_since timestamptz,
  registered_at timestamptz not null,
  last_checkin timestamptz not null,
  primary key (site_id, host_id),
  check ((public_key is null) = (public_key_since is null))
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);

create table appliance_keys (
  site_id text not null,
  host_id text not null,
  public_key text not null,
  enrolled_at timestamptz not null,
  primary key (site_id, host_id, enrolled_at)
);
comment on table appliance_keys is 'insert-only: evidence that was signed with an old key is still verified with it';

create table orders (
  order_id text primary key,
  -- The incident that it was issued for, and those that joined it while it was open.
  incident_id uuid not null,
  joined_incident_ids uuid[] not null default '{}',
  site_id text not null,
  host_id text not null,
  runbook_id text not null,
  -- `["incident_type","check_type"]`
  condition text not null,
  status text not null default 'pending'
    check (status in ('pending', 'delivered', 'acknowledged', 'completed', 'failed', 'expired', 'cancelled')),
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  -- When the state it is in ends by itself; null once the order has ended.
  deadline_at timestamptz,
  -- Built once, kept and sent as it is.
  signed_payload text not null,
  signature text not null,
  key_id text not null,
  -- Of the incident: what happens to the order belongs to its trace.
  traceparent text not null,
  delivered_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  closed_at timestamptz,
  close_reason text,
  evidence_id uuid,
  -- Evidence that came after the end.
  late_evidence_id uuid,
  check ((closed_at is null) = (status in ('pending', 'delivered', 'acknowledged'))),
  check ((closed_at is null) = (deadline_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
alter table orders alter column signed_payload set storage external;

-- One open order per appliance, runbook and condition. This decides between replicas.
create unique index orders_one_open on orders (site_id, host_id, runbook_id, condition) where closed_at is null;
create index orders_to_fetch on orders (site_id, issued_at, order_id) where status in ('pending', 'delivered');
create index orders_deadline on orders (deadline_at) where deadline_at is not null;
create index orders_issued_at on orders using brin (issued_at);

create table order_incidents (
  incident_id uuid primary key,
  order_id text not null
);
comment on table order_incidents is 'insert-only: which order answers an incident never changes';

-- What was issued stays as it was signed, and an end is final, whoever asks.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: %', tg_op, tg_table_name, tg_argv[0] using errcode = 'restrict_violation';
end $$;
create trigger orders_stay before delete on orders
  for each statement execute function refuse_change('orders are kept');
create trigger orders_stay_signed before update of signed_payload, signature, key_id on orders
  for each statement execute function refuse_change('it would no longer be what was signed');
create trigger orders_end_once before update of status, closed_at on orders
  for each row when (old.closed_at is not null)
  execute function refuse_change('the order has ended');
