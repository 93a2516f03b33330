-- What limits per address and per principal have counted: one row for each that was counted lately. `hits` are the moments that still
-- count, oldest first, and `counts` how many at each. The other columns say how the row was last decided; what is no
-- longer counted is deleted, so no address is kept for longer than its window and a minute.
create table limit_hits (
  policy text not null,
  subject text not null,
  requests int not null,
  window_seconds int not null,
  lease_seconds int not null,
  hits timestamptz[] not null,
  counts int[] not null,
  used int not null,
  granted int not null,
  decided_at timestamptz not null,
  primary key (policy, subject)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- For whoever has all that administrators had.
update principals
set scopes = scopes || '{limits:read}'::text[]
where kind = 'administrator'
  and scopes @> '{appliances:check-in,orders:read,orders:acknowledge,incidents:report,evidence:submit,evidence:read,runbooks:read,stats:read,evidence:retain,evidence:export,ledger:read,ledger:read-entries}'::text[]
  and not scopes @> '{limits:read}'::text[];
