-- The keys that orders are signed with, as appliances are told of them. The private halves are in no database: a
-- process has them from its settings. Announced: told, signs nothing yet. Signing: signs_from is set, retires_at is not.
-- Previous: still told, until retires_at. Retired: for good.
create table order_keys (
  -- The first 16 hex of the SHA-256 of the raw public key.
  key_id text primary key,
  -- 64 hex.
  public_key text not null unique,
  announced_at timestamptz not null,
  signs_from timestamptz,
  -- No order that it signed lives longer.
  retires_at timestamptz,
  -- The key before it is in the wrong hands: nobody waits for anybody.
  is_urgent boolean not null default false,
  -- When a process last said that it holds the private half.
  held_at timestamptz,
  check (signs_from is not null or retires_at is null)
) with (fillfactor = 50);
-- One rotation at a time, whatever two processes believe.
create unique index order_keys_one_announced on order_keys ((true)) where signs_from is null;
create unique index order_keys_one_signing on order_keys ((true)) where signs_from is not null and retires_at is null;

create function refuse_key_return() returns trigger language plpgsql as $$
begin
  if new.key_id <> old.key_id or new.public_key <> old.public_key then
    raise exception 'a key of orders is refused to change' using errcode = 'restrict_violation';
  end if;
  if old.retires_at is not null and (new.retires_at is null or new.retires_at > old.retires_at) then
    raise exception 'a key of orders is refused to return once its end is set' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger order_keys_end_once before update on order_keys
  for each row execute function refuse_key_return();
create trigger order_keys_stay before delete or truncate on order_keys
  for each statement execute function refuse_change('a key that is forgotten could come back');

-- What was signed with until now, the newest of them still. Orders live a day at most.
insert into order_keys (key_id, public_key, announced_at, signs_from, retires_at)
select key_id, public_key, first_used_at, first_used_at, lead(first_used_at) over (order by first_used_at) + interval '1 day'
from signing_keys;

-- The ids of the server's keys that the appliance said it holds at its last check-in, with commas between them; null
-- when it said nothing about them.
alter table appliances add column server_key_ids text;
