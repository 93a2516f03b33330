-- How many times an appliance has enrolled. An order is for the epoch in which it was signed, and for no other.
alter table appliances add column epoch int not null default 0 check (epoch >= 0);
alter table orders add column appliance_epoch int not null default 0;

-- A key is good from its row until the next row of the appliance, whose beginning is its end: intervals leave no gap,
-- never overlap, and the table stays insert-only. Epoch 0: kept from a check-in, without proof of possession.
alter table appliance_keys add column epoch int not null default 0;
-- Whether anybody has or had a key.
create index appliance_keys_by_key on appliance_keys (public_key);

create view appliance_key_validity as
select site_id, host_id, public_key, epoch, enrolled_at as valid_from,
  lead(enrolled_at) over (partition by site_id, host_id order by enrolled_at) as valid_until
from appliance_keys;

-- An enrolment that is asked for twice is found here, and has its first answer.
create table enrolments (
  enrolment_id uuid primary key,
  site_id text not null,
  host_id text not null,
  public_key text not null,
  epoch int not null,
  previous_key_id text,
  -- With which token, and who made that; null: the command on the server.
  token_id uuid not null,
  authorised_by uuid,
  enrolled_at timestamptz not null,
  unique (site_id, host_id, epoch)
);
comment on table enrolments is 'insert-only: who enrolled which key when never changes';
