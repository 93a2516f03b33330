-- The vault had answered the put of a bundle whose seal failed afterwards: somebody has to read it back yet.
alter table seal_queue add column stored_at timestamptz;

-- What was changed about how long the vault keeps a sealed bundle, by whom and why. Written after the vault did it.
create table retention_changes (
  id uuid primary key,
  evidence_id uuid not null references bundles,
  kind text not null check (kind in ('extended', 'hold-on', 'hold-off')),
  -- The new end.
  retain_until timestamptz check ((kind = 'extended') = (retain_until is not null)),
  reason text not null,
  principal_id uuid not null,
  -- Changes of one bundle are made one after another: this is their order.
  changed_at timestamptz not null
);
create index retention_changes_evidence_id on retention_changes (evidence_id, changed_at);
comment on table retention_changes is 'insert-only: who kept what for how long, and why, is evidence';

create trigger insert_only before update or delete or truncate on retention_changes
  for each statement execute function refuse_change();
alter table retention_changes enable always trigger insert_only;
