-- What a timestamp authority said of a checkpoint (RFC 3161). Nothing here while none is configured.
create table checkpoint_timestamps (
  size bigint primary key,
  authority text not null,
  -- Its answer as it came: the DER of a TimeStampResp.
  response bytea not null,
  stamped_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp()
);
comment on table checkpoint_timestamps is 'insert-only: what somebody else said of our time';
create trigger insert_only before update or delete or truncate on checkpoint_timestamps
  for each statement execute function refuse_change();
alter table checkpoint_timestamps enable always trigger insert_only;
