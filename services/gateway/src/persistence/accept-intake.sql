-- Accepts a batch of incident and drift reports in one commit: rate limit, idempotency and outbox row.
--
-- The rows of sites and actions in rate_limits are locked in a fixed order; such a row exists since the site's first
-- check-in, so no row means an unregistered site. The clock is read after the locks are held: hits of another gateway
-- that committed meanwhile are never later than it. A hit counts as long as it is younger than the window. For limits
-- above 100 a hit is dated up to a thirtieth of the window later than it was, so that a row, which is written anew for
-- each report, never holds more than about thirty moments: no window ever sees more than the limit, and a slot comes
-- free that much later. A clock that is set back dates hits at the newest one. Counted is what was inserted: a report
-- that loses the race for its key to another gateway takes no slot.
--
-- $1..$7 per report: idempotency key (hex), request hash (hex), number of its group, its place in the group, event id,
-- event (JSON), seconds that the key is good for. $8 outbox id, $9 subject, $10 requests per window, $11 window in
-- seconds. $12 and $13 per report: slot and digest (hex) of the nonce of a signed request, or empty; see claim-nonces.sql.
-- $14 and $15 per group: site and action. Groups, places and the order of reports count from 1 (domain/intake-batch.ts).
--
-- A report has room when its place fits into the limit, as if all before it in its group took one; whoever asks looks at
-- what became of them. No nonce stands here twice. Nonces are taken after the locks of sites, everywhere, and in one order.
-- What is a replay changes nothing, and learns nothing.
--
-- Every node of the plan costs each batch its start, and a join of what is estimated at one row compares all with all: hence
-- few joins, what can be numbered before comes with its number, and `in` as a value, for which there is a hash table.
with input as materialized (
  select ord, decode(key, 'hex') as key, decode(request_hash, 'hex') as request_hash, group_no::int as group_no,
    place::int as place, event_id::uuid as event_id, event, ttl::int as ttl, nullif(slot, '')::smallint as slot,
    decode(nullif(nonce, ''), 'hex') as nonce
  from unnest(
      $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $12::text[], $13::text[]
    )
    with ordinality as t (key, request_hash, group_no, place, event_id, event, ttl, slot, nonce, ord)
),
locked as materialized (
  select g.group_no::int as group_no, r.site_id, r.action, r.hits, r.counts, r.used
  from unnest($14::text[], $15::text[]) with ordinality as g (site_id, action, group_no)
  join rate_limits r using (site_id, action)
  order by r.site_id, r.action
  for update of r
),
clock as materialized (
  select now, now - $11::int * interval '1 second' as past,
    case
      when $10::int <= 100 then now
      else to_timestamp(ceil(extract(epoch from now) / ($11::int / 30.0)) * ($11::int / 30.0))
    end as hit
  from (select clock_timestamp() as now, count(*) as rows from locked) read
),
live as materialized (
  select group_no, site_id, action, hit,
    case when gone = 0 then hits else hits[gone + 1:] end as hits,
    case when gone = 0 then counts else counts[gone + 1:] end as counts,
    case when gone = 0 then used else used - (select sum(n) from unnest(counts[:gone]) n)::int end as used
  from (
    select l.*, c.hit, width_bucket(c.past, l.hits) as gone from locked l cross join clock c offset 0
  ) l
),
nonces as (
  insert into request_nonces (slot, nonce_sha256)
  select i.slot, i.nonce from input i cross join clock where i.nonce is not null order by i.slot, i.nonce
  on conflict do nothing
  returning slot, nonce_sha256
),
judged as materialized (
  select i.ord, i.key, i.request_hash, i.event_id, i.event, i.ttl, i.place, i.group_no, i.is_replay, l.used,
    l.hits[1] as first, k.event_id as known_event_id, k.accepted_at, k.request_hash = i.request_hash as same, c.now
  from (
    select *, nonce is not null and (slot, nonce) not in (select slot, nonce_sha256 from nonces) as is_replay from input
  ) i
  cross join clock c
  left join live l using (group_no)
  left join idempotency k on k.key = i.key and k.expires_at > c.now and not i.is_replay
),
inserted as (
  insert into idempotency as stored (key, request_hash, event_id, accepted_at, expires_at)
  select key, request_hash, event_id, now, now + ttl * interval '1 second'
  from judged
  where not is_replay and known_event_id is null and used + place <= $10::int
  on conflict (key) do update
    set request_hash = excluded.request_hash, event_id = excluded.event_id, accepted_at = excluded.accepted_at,
      expires_at = excluded.expires_at
    where stored.expires_at <= excluded.accepted_at
  returning event_id
),
accepted as materialized (
  select ord, group_no, event from judged where (event_id in (select event_id from inserted)) is true
),
counted as (
  update rate_limits r
  set hits = case when l.hits[cardinality(l.hits)] >= l.hit then l.hits else l.hits || l.hit end,
    counts = case
      when l.hits[cardinality(l.hits)] >= l.hit
      then l.counts[:cardinality(l.counts) - 1] || (l.counts[cardinality(l.counts)] + taken.n)
      else l.counts || taken.n
    end,
    used = l.used + taken.n
  from (select group_no, count(*)::int as n from accepted group by group_no) taken
  join live l using (group_no)
  where r.site_id = l.site_id and r.action = l.action
),
said as (
  insert into outbox (id, subject, payload)
  select $8::uuid, $9, '[' || string_agg(event, ',' order by ord) || ']'
  from accepted
  having count(*) > 0
)
select
  case
    when is_replay then 'replayed'
    when same is not null then case when same then 'repeat' else 'mismatch' end
    when used is null then 'unregistered'
    when is_accepted then 'accepted'
    when used + place > $10::int then 'limited'
    else 'raced'
  end as outcome,
  known_event_id,
  case when is_accepted then now else accepted_at end as accepted_at,
  coalesce(used, 0) as used,
  extract(epoch from first + $11::int * interval '1 second' - now)::float8 as reset_seconds
from (select *, (event_id in (select event_id from inserted)) is true as is_accepted from judged) j
order by ord
