-- That an appliance has seen a checkpoint of ours and found it consistent with all that it had seen before: its C2SP
-- cosignature. One of each key for a size; a later one over the same text would say nothing new.
create table checkpoint_cosignatures (
  size bigint not null references ledger_checkpoints,
  -- The enrolled key that it was verified with.
  public_key text not null,
  site_id text not null,
  host_id text not null,
  -- The signature line of the note, with its newline.
  line text not null,
  -- By the clock of the appliance, as it is signed.
  signed_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (size, public_key)
);
create index checkpoint_cosignatures_site on checkpoint_cosignatures (site_id, size);
comment on table checkpoint_cosignatures is 'insert-only: what a witness signed it has signed';

create trigger insert_only before update or delete or truncate on checkpoint_cosignatures
  for each statement execute function refuse_change();
alter table checkpoint_cosignatures enable always trigger insert_only;
