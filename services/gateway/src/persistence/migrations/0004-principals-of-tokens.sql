-- Who approves is a kind of its own.
alter table principals drop constraint principals_kind_check;
alter table principals add constraint principals_kind_check
  check (kind in ('appliance', 'operator', 'approver', 'agent', 'auditor', 'administrator'));

-- A namespace keeps the agents and connections of one customer from those of another. It is read here and nowhere else.
alter table principals add column namespace text not null default 'default'
  check (namespace ~ '^[a-z0-9][a-z0-9._-]{0,62}$');

-- None of the credentials of a disabled principal is good; that is final.
alter table principals add column disabled_at timestamptz;

alter table api_keys add column expires_at timestamptz;

-- For whom the tokens of an issuer stand. A token names an issuer and a subject; all else about it is asked of us.
create table token_subjects (
  issuer text not null check (octet_length(issuer) between 1 and 1024),
  subject text not null check (octet_length(subject) between 1 and 1024),
  principal_id uuid not null references principals,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);
create index token_subjects_principal on token_subjects (principal_id);

-- Gateways remember by key, and by whom a token stands for: they are told both.
create or replace function tell_principal_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('gateway_keys', encode(key_sha256, 'hex')) from api_keys where principal_id = old.id;
  perform pg_notify('gateway_keys', 'principal:' || old.id);
  return null;
end $$;
drop trigger principals_changed on principals;
create trigger principals_changed after update or delete on principals
  for each row execute function tell_principal_change();

-- A token has no digest that the database knows: a policy that changes is told for everybody whom it concerns.
create or replace function tell_policy_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('gateway_keys', 'principal:' || p.id) from principals p where p.site_id = new.site_id;
  return null;
end $$;

create function tell_subject_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('gateway_keys', 'principal:' || old.principal_id);
  return null;
end $$;
create trigger token_subjects_changed after update or delete on token_subjects
  for each row execute function tell_subject_change();

-- The keys of orders are for administrators to see and to change: for whoever has all that they had (as in 0002).
update principals
set scopes = scopes || '{keys:manage}'::text[]
where kind = 'administrator'
  and scopes @> '{appliances:check-in,orders:read,orders:acknowledge,incidents:report,evidence:submit,evidence:read,evidence:retain,evidence:export,ledger:read,ledger:read-entries,runbooks:read,stats:read}'::text[]
  and not scopes @> '{keys:manage}'::text[];
