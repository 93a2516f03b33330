-- Every runbook that was ever in force, by digest: orders name it, auditors read it.
create table published_runbooks (
  runbook_id text not null,
  version text not null,
  digest text not null,
  source text not null,
  published_at timestamptz not null default now(),
  primary key (runbook_id, version)
);
comment on table published_runbooks is 'insert-only: an order of years ago must find the text it was signed for';

create table incidents (
  -- The id of the event that reported it: reporting twice is reporting once.
  incident_id uuid primary key,
  site_id text not null,
  host_id text not null,
  incident_type text not null,
  check_type text,
  severity text not null,
  details jsonb not null,
  pre_state jsonb not null,
  hipaa_controls jsonb not null,
  status text not null check (status in ('resolving', 'escalated', 'resolved')),
  order_id text,
  reported_at timestamptz not null,
  closed_at timestamptz
) with (fillfactor = 90);
create index incidents_reported_at on incidents using brin (reported_at);

create table decisions (
  incident_id uuid primary key,
  tier text not null check (tier in ('L1', 'L2', 'L3')),
  runbook_id text,
  runbook_version text,
  runbook_digest text,
  parameters jsonb,
  reason text not null,
  decided_at timestamptz not null default now(),
  check ((tier = 'L3') = (runbook_id is null))
);
comment on table decisions is 'insert-only: a decision is never rewritten';
create index decisions_decided_at on decisions using brin (decided_at);
