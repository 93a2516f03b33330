-- A principal that changes tells the gateways to forget its keys, as a key that changes does: no restart is needed.
create function tell_principal_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('gateway_keys', encode(key_sha256, 'hex')) from api_keys where principal_id = new.id;
  return null;
end $$;
create trigger principals_changed after update on principals
  for each row execute function tell_principal_change();

-- What the ledger, the auditor's kit and the retention of evidence ask for, for whoever has all that its kind had. None
-- is taken, and whoever was given less by hand gets nothing more.
with new_scopes (kind, former, added) as (
  values
    (
      'appliance',
      '{appliances:check-in,orders:read,orders:acknowledge,incidents:report,evidence:submit,evidence:read,runbooks:read,stats:read}'::text[],
      '{ledger:read}'::text[]
    ),
    ('operator', '{orders:read,evidence:read,runbooks:read,stats:read}', '{ledger:read,evidence:retain,evidence:export}'),
    ('agent', '{orders:read,evidence:read,runbooks:read,stats:read}', '{ledger:read}'),
    ('auditor', '{evidence:read,runbooks:read,stats:read}', '{ledger:read,evidence:export,ledger:read-entries}'),
    (
      'administrator',
      '{appliances:check-in,orders:read,orders:acknowledge,incidents:report,evidence:submit,evidence:read,runbooks:read,stats:read}',
      '{evidence:retain,evidence:export,ledger:read,ledger:read-entries}'
    )
)
update principals p
set scopes = p.scopes || array(select scope from unnest(n.added) scope where scope <> all (p.scopes))
from new_scopes n
where n.kind = p.kind and p.scopes @> n.former and not p.scopes @> n.added;
