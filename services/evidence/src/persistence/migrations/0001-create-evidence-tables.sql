-- What is evidence can be added to and never changed: not by the service's role (no grant), and not by anybody else
-- as long as these triggers stand. They fire in replication mode too, and on statements that touch no row.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is insert-only: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

-- Where the chain of each site ends. Its row lock is what serializes the chain; all else of it stands in bundles too.
create table chain_heads (
  site_id text primary key,
  position bigint not null default 0,
  link_hash text not null default repeat('0', 64),
  recorded_at timestamptz
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table bundles (
  evidence_id uuid primary key,
  site_id text not null,
  bundle_id text not null,
  host_id text not null,
  order_id text,
  check_type text not null,
  outcome text not null,
  -- A JSON list.
  hipaa_controls text not null,
  -- What the appliance's clock said, as it said it.
  timestamp_start text not null,
  timestamp_end text not null,
  -- The exact signed text.
  document text not null,
  digest text not null,
  signature text,
  -- The enrolled key that the signature was verified with; null: the appliance had none.
  public_key text,
  channel text not null check (channel in ('json', 'upload')),
  principal_id uuid not null,
  submitted_at timestamptz not null,
  trace_id text,
  position bigint not null check (position > 0),
  previous_link_hash text not null,
  link_hash text not null,
  recorded_at timestamptz not null,
  unique (site_id, bundle_id),
  unique (site_id, position)
);
comment on table bundles is 'insert-only: evidence is never rewritten';
create index bundles_recorded_at on bundles using brin (recorded_at);

-- That the vault has a bundle: written after it was read back from there.
create table seals (
  evidence_id uuid primary key references bundles,
  key text not null unique,
  uri text not null,
  version_id text not null,
  sha256 text not null,
  size int not null,
  retain_until timestamptz not null,
  sealed_at timestamptz not null default now()
);
comment on table seals is 'insert-only: what was sealed stays sealed';
create index seals_sealed_at on seals using brin (sealed_at);

-- What was handed in and not taken. The text itself is not kept: it is nobody's evidence.
create table refusals (
  event_id text primary key,
  evidence_id uuid not null,
  site_id text not null,
  bundle_id text not null,
  host_id text not null,
  digest text not null,
  signature text,
  error_code text not null,
  principal_id uuid not null,
  trace_id text,
  refused_at timestamptz not null default now()
);
comment on table refusals is 'insert-only: an attempt to forge evidence is evidence';
create index refusals_refused_at on refusals using brin (refused_at);

-- Bundles that the vault lacks. A row is leased while one replica works on it: next_at then lies ahead.
create table seal_queue (
  evidence_id uuid primary key,
  accepted_at timestamptz not null default now(),
  next_at timestamptz not null default now(),
  attempts int not null default 0,
  traceparent text,
  -- Who waits for the seal, and under which event.
  event_id text not null,
  replyto text
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index seal_queue_next_at on seal_queue (next_at);

-- Every event of the product, as it was said. An event id is unique within its source.
create table audit_records (
  event_id text not null,
  source text not null,
  type text not null,
  site_id text not null,
  time timestamptz not null,
  trace_id text,
  -- JSON, kept as text: nobody may find another spelling here than was said. Bundles are left out, for they are kept
  -- elsewhere under their digest.
  data text not null,
  recorded_at timestamptz not null default now(),
  primary key (event_id, source)
);
comment on table audit_records is 'insert-only: the trail of everything that happened';
create index audit_records_recorded_at on audit_records using brin (recorded_at);

do $$
declare t text;
begin
  foreach t in array array['bundles', 'seals', 'refusals', 'audit_records'] loop
    execute format('create trigger insert_only before update or delete or truncate on %I
      for each statement execute function refuse_change()', t);
    execute format('alter table %I enable always trigger insert_only', t);
  end loop;
end $$;
