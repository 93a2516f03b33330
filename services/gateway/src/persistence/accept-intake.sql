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
-- $1..$7 per report: idempotency key (hex), request hash (hex), site, action, event id, event (JSON), seconds that the
-- key is good for. $8 outbox id, $9 subject, $10 requests per window, $11 window in seconds. $12 and $13 per report: slot and
-- digest (hex) of the nonce of a signed request, or empty; see claim-nonces.sql. Nonces are taken after the locks of sites,
-- everywhere, and in one order. What is a replay changes nothing, and learns nothing.
--
-- Every node of the plan costs each batch its start, and a join of what is estimated at one row compares all with all: hence
-- few joins, and `in` as a value, for which there is a hash table.
with input as materialized (
  select ord, decode(key, 'hex') as key, decode(request_hash, 'hex') as request_hash, site_id, action,
    event_id::uuid as event_id, event, ttl::int as ttl, nullif(slot, '')::smallint as slot,
    decode(nullif(nonce, ''), 'hex') as nonce
  from unnest(
      $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $12::text[], $13::text[]
    )
    with ordinality as t (key, request_hash, site_id, action, event_id, event, ttl, slot, nonce, ord)
),
locked as materialized (
  select r.site_id, r.action, r.hits, r.counts, r.used, asked.ords
  from (select site_id, action, array_agg(ord) as ords from input group by site_id, action) asked
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
  select site_id, action, ords, hit,
    case when gone = 0 then hits else hits[gone + 1:] end as hits,
    case when gone = 0 then counts else counts[gone + 1:] end as counts,
    case when gone = 0 then used else used - (select sum(n) from unnest(counts[:gone]) n)::int end as used
  from (
    -- How many of the moments, which stand in their order, lie at or before the past.
    select l.*, c.hit, width_bucket(c.past, l.hits) as gone from locked l cross join clock c offset 0
  ) l
),
nonces as (
  insert into request_nonces (slot, nonce_sha256)
  select distinct i.slot, i.nonce from input i cross join clock where i.nonce is not null order by i.slot, i.nonce
  on conflict do nothing
  returning slot, nonce_sha256
),
replayed as materialized (
  select i.ord
  from (
    select ord, slot, nonce, row_number() over (partition by slot, nonce order by ord) as n
    from input
    where nonce is not null
  ) i
  left join nonces t on t.slot = i.slot and t.nonce_sha256 = i.nonce
  where t.slot is null or i.n > 1
),
known as materialized (
  select i.ord, k.event_id, k.accepted_at, k.request_hash = i.request_hash as same
  from input i
  cross join clock c
  join idempotency k on k.key = i.key
  where k.expires_at > c.now and i.ord not in (select ord from replayed)
),
judged as materialized (
  select i.*, row_number() over (partition by i.site_id, i.action, i.is_fresh order by i.ord)::int as n,
    l.used, l.first, k.event_id as known_event_id, k.accepted_at, k.same
  from (
    select *, (ord in (select ord from replayed)) as is_replay,
      ord not in (select ord from known) and ord not in (select ord from replayed) as is_fresh
    from input
  ) i
  left join (select ord, used, hits[1] as first from live, unnest(ords) ord) l using (ord)
  left join known k using (ord)
),
inserted as (
  insert into idempotency as stored (key, request_hash, event_id, accepted_at, expires_at)
  select j.key, j.request_hash, j.event_id, c.now, c.now + j.ttl * interval '1 second'
  from judged j
  cross join clock c
  where j.is_fresh and j.used + j.n <= $10::int
  on conflict (key) do update
    set request_hash = excluded.request_hash, event_id = excluded.event_id, accepted_at = excluded.accepted_at,
      expires_at = excluded.expires_at
    where stored.expires_at <= excluded.accepted_at
  returning event_id
),
accepted as materialized (
  select ord, site_id, action, event from judged where (event_id in (select event_id from inserted)) is true
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
  from (select site_id, action, count(*)::int as n from accepted group by site_id, action) taken
  join live l using (site_id, action)
  where r.site_id = taken.site_id and r.action = taken.action
),
said as (
  insert into outbox (id, subject, payload)
  select $8::uuid, $9, '[' || string_agg(event, ',' order by ord) || ']'
  from accepted
  having count(*) > 0
)
select
  case
    when j.is_replay then 'replayed'
    when j.same is not null then case when j.same then 'repeat' else 'mismatch' end
    when j.used is null then 'unregistered'
    when j.is_accepted then 'accepted'
    when j.used + j.n > $10::int then 'limited'
    else 'raced'
  end as outcome,
  j.known_event_id,
  case when j.is_accepted then c.now else j.accepted_at end as accepted_at,
  coalesce(j.used + case when j.is_fresh then j.n else 0 end, 0) as used,
  extract(epoch from j.first + $11::int * interval '1 second' - c.now)::float8 as reset_seconds
from (select *, (event_id in (select event_id from inserted)) is true as is_accepted from judged) j
cross join clock c
order by ord
