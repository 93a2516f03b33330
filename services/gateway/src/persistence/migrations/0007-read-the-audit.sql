-- For whoever has all that administrators had, and for auditors as they were made.
update principals
set scopes = scopes || '{audit:read}'::text[]
where (kind = 'administrator' and scopes @> '{limits:read,ledger:read-entries,evidence:export}'::text[]
    or kind = 'auditor' and scopes @> '{evidence:read,evidence:export,ledger:read-entries}'::text[])
  and not scopes @> '{audit:read}'::text[];
