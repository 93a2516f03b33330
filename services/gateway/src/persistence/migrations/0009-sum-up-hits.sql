-- How many hits stand in a row, so that who asks whether the limit is reached need not add them up.
alter table rate_limits add column used int not null default 0;
update rate_limits set used = (select coalesce(sum(n), 0) from unnest(counts) n);
