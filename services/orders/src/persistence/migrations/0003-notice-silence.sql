-- An appliance that has not checked in for too long is silent since its last check-in, until the next one.
--
-- `watch_at` is when somebody looks next whether it is. Check-ins leave it alone: an index on what each of them changes
-- would cost every one of them its place on the page (HOT), 6,000 times a second. Whoever looks and finds that there
-- was a check-in meanwhile moves it to where that one runs out.
alter table appliances
  add column silent_since timestamptz,
  add column watch_at timestamptz not null default now();
create index appliances_to_watch on appliances (watch_at) where silent_since is null;
