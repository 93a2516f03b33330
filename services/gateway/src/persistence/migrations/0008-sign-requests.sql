-- Whether each request of an appliance of the site carries a signature.
alter table site_policies
  add column signed_requests text not null default 'optional' check (signed_requests in ('optional', 'required'));

-- Nonces of signed requests: SHA-256 over the public key and the nonce. That no two are the same decides, in whichever
-- gateway, which of two requests came first.
--
-- A ring of six slots of ten minutes each, by the time that the signature itself says, so that a replay always meets the
-- slot of the first. Signatures are taken from at most ten minutes before now to ten after: three slots. The one that
-- lies farthest from now is emptied, which is twenty minutes away from now on both sides.
create table request_nonces (
  slot smallint not null,
  nonce_sha256 bytea not null check (octet_length(nonce_sha256) = 32),
  primary key (slot, nonce_sha256)
) partition by list (slot);

do $$ begin
  comment on table request_nonces is 'insert-only: a nonce that could be taken back could be used twice';
  for slot in 0..5 loop
    execute format('create table request_nonces_%s partition of request_nonces for values in (%s)', slot, slot);
    execute format('comment on table request_nonces_%s is %L', slot, 'insert-only: see request_nonces');
  end loop;
end $$;

-- The service may not delete nonces; it may have the old ones deleted. Emptying a table leaves nothing to vacuum.
create function forget_request_nonces() returns void language plpgsql security definer
  set search_path from current set lock_timeout = '1s' as $$
declare
  slot bigint := (floor(extract(epoch from clock_timestamp()) / 600)::bigint + 3) % 6;
  is_empty boolean;
begin
  execute format('select not exists (select from request_nonces_%s)', slot) into is_empty;
  if not is_empty then execute format('truncate request_nonces_%s', slot); end if;
end $$;
