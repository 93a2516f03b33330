-- What a site demands of its appliances. No row: the defaults of the contract, which demand nothing.
create table site_policies (
  site_id text primary key,
  enrolment text not null default 'optional' check (enrolment in ('optional', 'required')),
  changed_by uuid not null,
  changed_at timestamptz not null
);

-- With what appliances enrol. The token itself is shown once and kept nowhere.
create table enrolment_tokens (
  token_id uuid primary key,
  token_sha256 bytea not null unique,
  site_id text not null,
  -- The only appliance that may enrol with it; null: any of the site.
  host_id text,
  uses int not null check (uses between 1 and 100),
  expires_at timestamptz not null,
  -- Null: the command on the server.
  created_by uuid,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index enrolment_tokens_site on enrolment_tokens (site_id, created_at);

-- A use of a token: claimed under the lock of its token, complete when the appliance has its credential. What lies
-- between may break off anywhere; the same request finds the row and goes on.
create table enrolments (
  enrolment_id uuid primary key,
  token_id uuid not null references enrolment_tokens,
  site_id text not null,
  host_id text not null,
  public_key text not null,
  claimed_at timestamptz not null,
  -- As orders says, which decides.
  epoch int,
  principal_id uuid references principals,
  completed_at timestamptz,
  -- What the appliance said in the last proof that was answered; one that is not later is a replay.
  answered_request timestamptz,
  unique (token_id, site_id, host_id, public_key),
  check ((completed_at is null) = (epoch is null)),
  check ((completed_at is null) = (principal_id is null)),
  check ((completed_at is null) = (answered_request is null))
);
create index enrolments_appliance on enrolments (site_id, host_id);

-- The appliance that a principal stands for alone, since which enrolment, and the key that it enrolled with.
alter table principals
  add column host_id text,
  add column epoch int check (epoch > 0),
  add column public_key text,
  add check (host_id is null or (kind = 'appliance' and site_id is not null)),
  add check ((host_id is null) = (epoch is null)),
  add check ((host_id is null) = (public_key is null));
-- One of each epoch: what two gateways complete at the same moment is one principal.
create unique index principals_appliance on principals (site_id, host_id, epoch) where host_id is not null;

-- A policy that changes tells the gateways to forget the keys of its site: the next request is judged by it.
create function tell_policy_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('gateway_keys', encode(k.key_sha256, 'hex'))
  from principals p join api_keys k on k.principal_id = p.id
  where p.site_id = new.site_id and k.revoked_at is null;
  -- Who stands behind a token is remembered by its id.
  perform pg_notify('gateway_keys', 'principal:' || p.id) from principals p where p.site_id = new.site_id;
  return null;
end $$;
create trigger site_policies_changed after insert or update on site_policies
  for each row execute function tell_policy_change();

-- What enrolment asks for, for whoever has all that its kind had (as in 0002).
with new_scopes (kind, former, added) as (
  values
    ('operator', '{orders:read,evidence:read,evidence:retain,evidence:export,ledger:read,runbooks:read,stats:read}'::text[], '{appliances:enrol}'::text[]),
    (
      'administrator',
      '{appliances:check-in,orders:read,orders:acknowledge,incidents:report,evidence:submit,evidence:read,evidence:retain,evidence:export,ledger:read,ledger:read-entries,runbooks:read,stats:read}',
      '{appliances:enrol,sites:manage}'
    )
)
update principals p
set scopes = p.scopes || array(select scope from unnest(n.added) scope where scope <> all (p.scopes))
from new_scopes n
where n.kind = p.kind and p.scopes @> n.former and not p.scopes @> n.added;
