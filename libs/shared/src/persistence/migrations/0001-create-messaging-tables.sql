-- What one commit has to say. Payloads are written once and read rarely: no compression, it costs more than it saves.
create table outbox (
  id uuid primary key,
  subject text not null,
  payload text not null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  attempts int not null default 0,
  -- The process that committed publishes at once; others look only when it did not.
  next_at timestamptz not null default now() + interval '2 seconds'
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
alter table outbox alter column payload set storage external;
create index outbox_next_at on outbox (next_at);
create index outbox_unpublished on outbox (next_at) where published_at is null;

-- Which event a consumer has had its effect of, where the effect has no natural key of its own.
create table inbox (
  consumer text not null,
  event_id text not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, event_id)
);
create index inbox_handled_at on inbox using brin (handled_at);

create table dead_letters (
  id text primary key,
  consumer text not null,
  event_id text not null,
  event_type text not null,
  event text not null,
  error_code text not null,
  cause text not null,
  trace_id text,
  recorded_at timestamptz not null default now(),
  redriven_at timestamptz
);
create index dead_letters_event_id on dead_letters (event_id);
