-- The second wall between sites (ADR 32). The service's own role works over all sites, and its policy is a constant, which
-- the planner drops: its statements have the plans that they had. Whoever answers questions of one site is a member of
-- countersign_site, sees and writes the rows of the site that its transaction names, and has no rights on other tables.
do $$
declare t text;
begin
  foreach t in array array['sites', 'rate_limits', 'principals', 'site_policies', 'enrolment_tokens', 'enrolments'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy all_sites on %I using (true) with check (true)', t);
  end loop;
  foreach t in array array['sites', 'rate_limits', 'principals', 'site_policies', 'enrolment_tokens', 'enrolments'] loop
    execute format('create policy one_site on %I as restrictive to countersign_site
      using (site_id = (select site_in_scope())) with check (site_id = (select site_in_scope()))', t);
  end loop;
end $$;

grant select on enrolment_tokens, enrolments, site_policies to countersign_site;
grant insert, update on enrolment_tokens to countersign_site;
