-- Every key that orders were ever signed with, so that a bundle of years ago can be shown with the key of its order.
create table signing_keys (
  -- The first 16 hex of the SHA-256 of the raw public key.
  key_id text primary key,
  -- 64 hex.
  public_key text not null unique,
  first_used_at timestamptz not null
);
comment on table signing_keys is 'insert-only: orders of years ago are still verified with it';
create trigger signing_keys_stay before update or delete or truncate on signing_keys
  for each statement execute function refuse_change('orders that it signed are verified with it');
alter table signing_keys enable always trigger signing_keys_stay;
