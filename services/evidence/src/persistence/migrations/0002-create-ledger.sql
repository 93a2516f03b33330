-- The ledger: one append-only Merkle log over every event of the product. It replaces the trail, whose rows it would
-- repeat; rows that were made before it was there could not be proved by it.
do $$
begin
  if exists (select from audit_records) then
    raise exception 'This database was made before the first release. Begin it anew: drop it, and run the migrations.';
  end if;
end $$;
drop table audit_records;

-- Leaves so far. The lock on its one row is what gives every leaf its place; several replicas are safe by it.
create table ledger_head (
  singleton boolean primary key default true check (singleton),
  size bigint not null check (size >= 0)
) with (fillfactor = 10, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
insert into ledger_head (size) values (0);

create function refuse_smaller_ledger() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.size >= old.size then return new; end if;
  raise exception 'the ledger only grows' using errcode = 'restrict_violation';
end $$;
create trigger only_grows before update or delete on ledger_head for each row execute function refuse_smaller_ledger();
create trigger only_grows_all before truncate on ledger_head for each statement execute function refuse_smaller_ledger();

-- Every event of the product, as it was said. An event id is unique within its source.
create table ledger_leaves (
  -- From 0, without gap.
  leaf_index bigint primary key,
  event_id text not null,
  source text not null,
  type text not null,
  -- '-' for what concerns no site.
  site_id text not null,
  time timestamptz not null,
  trace_id text,
  -- The canonical event. Its UTF-8 bytes are the entry of the log.
  leaf text not null check (octet_length(leaf) <= 65535),
  -- SHA-256 of 0x00 and the entry (RFC 6962).
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  -- The canonical data of an event that was too large for an entry: the leaf names its digest in `dataref`.
  data text,
  recorded_at timestamptz not null default clock_timestamp(),
  unique (event_id, source)
-- A leaf is seldom larger than a page and is read as often as it is written: compressing each costs more than it saves.
) with (toast_tuple_target = 8160);
create index ledger_leaves_site on ledger_leaves (site_id, leaf_index);
comment on table ledger_leaves is 'insert-only: the record of everything that happened';

-- Full hash tiles (C2SP tlog-tiles); what is not full yet follows from the leaves and from these.
create table ledger_tiles (
  level smallint not null check (level between 0 and 63),
  index bigint not null check (index >= 0),
  hashes bytea not null check (length(hashes) = 8192),
  -- The node above the tile.
  root bytea not null check (length(root) = 32),
  primary key (level, index)
);
alter table ledger_tiles alter column hashes set storage external;
comment on table ledger_tiles is 'insert-only: a full tile never changes';

-- What was signed: a size has one root, for ever.
create table ledger_checkpoints (
  size bigint primary key check (size > 0),
  root bytea not null check (length(root) = 32),
  -- The signed note.
  note text not null,
  published_at timestamptz not null default clock_timestamp(),
  -- Of the object in the vault.
  version_id text not null
);
create index ledger_checkpoints_published_at on ledger_checkpoints using brin (published_at);
comment on table ledger_checkpoints is 'insert-only: what was signed was signed';

do $$
declare t text;
begin
  foreach t in array array['ledger_leaves', 'ledger_tiles', 'ledger_checkpoints'] loop
    execute format('create trigger insert_only before update or delete or truncate on %I
      for each statement execute function refuse_change()', t);
    execute format('alter table %I enable always trigger insert_only', t);
  end loop;
end $$;

-- When the vault had answered the put; sealed_at is when the bytes had been read back from it.
alter table seals add column stored_at timestamptz;
