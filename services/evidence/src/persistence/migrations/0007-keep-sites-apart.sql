-- The second wall between sites (ADR 32). The service's own role works over all sites, and its policy is a constant, which
-- the planner drops: its statements have the plans that they had. Whoever answers questions of one site is a member of
-- countersign_site, sees and writes the rows of the site that its transaction names, and has no rights on other tables.
do $$
declare t text;
begin
  foreach t in array array['chain_heads', 'bundles', 'refusals', 'ledger_leaves', 'checkpoint_cosignatures', 'scrub_findings', 'seals', 'seal_queue', 'retention_changes'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy all_sites on %I using (true) with check (true)', t);
  end loop;
  foreach t in array array['chain_heads', 'bundles', 'refusals', 'ledger_leaves', 'checkpoint_cosignatures', 'scrub_findings'] loop
    execute format('create policy one_site on %I as restrictive to countersign_site
      using (site_id = (select site_in_scope())) with check (site_id = (select site_in_scope()))', t);
  end loop;
end $$;

-- These have no site of their own: they are of the site of the row that they are about.
create policy one_site on seals as restrictive to countersign_site
  using (exists (select from bundles p where p.evidence_id = seals.evidence_id))
  with check (exists (select from bundles p where p.evidence_id = seals.evidence_id));
create policy one_site on seal_queue as restrictive to countersign_site
  using (exists (select from bundles p where p.evidence_id = seal_queue.evidence_id))
  with check (exists (select from bundles p where p.evidence_id = seal_queue.evidence_id));
create policy one_site on retention_changes as restrictive to countersign_site
  using (exists (select from bundles p where p.evidence_id = retention_changes.evidence_id))
  with check (exists (select from bundles p where p.evidence_id = retention_changes.evidence_id));

grant select on bundles, refusals, ledger_leaves, seals, seal_queue, retention_changes to countersign_site;
grant insert on retention_changes to countersign_site;
-- What was published is the same for everybody.
grant select on ledger_checkpoints to countersign_site;
