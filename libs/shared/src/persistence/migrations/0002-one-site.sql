-- The site that a transaction is about. Policies ask it; whoever is bound by one and names no site gets an error and not
-- an empty answer, which would look like a site without anything.
create function site_in_scope() returns text language plpgsql stable as $$
declare
  -- Set for the transaction only. PostgreSQL leaves '' behind where it was set in a transaction before.
  site text := nullif(current_setting('countersign.site', true), '');
begin
  if site is null then
    raise exception 'no site is named for this transaction' using errcode = 'insufficient_privilege';
  end if;
  return site;
end $$;

grant insert on outbox to countersign_site;
