-- Where the scrubber is: whoever leads next goes on from here.
create table scrub_progress (
  singleton boolean primary key default true check (singleton),
  round bigint not null,
  started_at timestamptz not null,
  part text not null,
  -- JSON, in the words of that part; null: at its beginning.
  cursor text,
  -- Read from the vault in this round.
  objects bigint not null,
  updated_at timestamptz not null default clock_timestamp(),
  -- The last round that was walked to its end.
  ended_at timestamptz
) with (fillfactor = 10, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

-- What was found to differ from what it was. That it was found is also a leaf of the ledger, which nobody changes.
create table scrub_findings (
  id uuid primary key,
  kind text not null,
  -- A vault key with its version, or a table with a key.
  item text not null,
  -- The part of the walk that found it.
  part text not null,
  site_id text,
  detail text not null,
  -- A JSON object.
  facts text not null,
  first_seen timestamptz not null default clock_timestamp(),
  last_seen timestamptz not null default clock_timestamp(),
  -- When a later round found it good.
  resolved_at timestamptz
);
-- Said once while it lasts.
create unique index scrub_findings_open on scrub_findings (kind, item) where resolved_at is null;
create index scrub_findings_open_site on scrub_findings (site_id) where resolved_at is null;
create index scrub_findings_open_item on scrub_findings (item) where resolved_at is null;

-- Few leaves have their data beside them; the scrubber asks which ones an object belongs to.
create index ledger_leaves_data on ledger_leaves (substring(leaf from '"urn:sha256:([0-9a-f]{64})"'))
  where data is not null;
