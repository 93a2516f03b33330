-- Accepts a batch of incident and drift reports in one commit: rate limit, idempotency and outbox row.
--
-- The row of a site and action in rate_limits is locked first, in a fixed order; it exists since the site's first
-- check-in, so no row means an unregistered site. The clock is read after the locks are held: hits of another gateway
-- that committed meanwhile are never later than it. A hit counts as long as it is younger than the window. For limits
-- above 100 a hit is dated up to a hundredth of the window later than it was, so that a row never holds more than
-- about a hundred moments: no window ever sees more than the limit, and a slot comes free that much later.
--
-- $1..$7 per report: idempotency key (hex), request hash (hex), site, action, event id, event (JSON), seconds that the
-- key is good for. $8 outbox id, $9 subject, $10 requests per window, $11 window in seconds. $12 and $13 per report: slot and
-- digest (hex) of the nonce of a signed request, or empty; see claim-nonces.sql. Nonces are taken after the locks of sites,
-- everywhere, and in one order. What is a replay changes nothing, and learns nothing.
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
  select r.site_id, r.action, r.hits, r.counts
  from rate_limits r
  where (r.site_id, r.action) in (select site_id, action from input)
  order by r.site_id, r.action
  for update
),
clock as materialized (
  select now,
    case
      when $10::int <= 100 then now
      else to_timestamp(ceil(extract(epoch from now) / ($11::int / 100.0)) * ($11::int / 100.0))
    end as hit
  from (select clock_timestamp() as now, count(*) as rows from locked) read
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
  join idempotency k on k.key = i.key
  cross join clock c
  where k.expires_at > c.now and not exists (select from replayed r where r.ord = i.ord)
),
live as materialized (
  select l.site_id, l.action, kept.hits, kept.counts, kept.used
  from locked l
  cross join clock c
  cross join lateral (
    select count(*)::int as n from unnest(l.hits) h where h <= c.now - $11::int * interval '1 second'
  ) gone
  cross join lateral (
    select l.hits[gone.n + 1:] as hits, l.counts[gone.n + 1:] as counts,
      (select coalesce(sum(n), 0)::int from unnest(l.counts[gone.n + 1:]) n) as used
  ) kept
),
ranked as materialized (
  select i.ord, i.key, i.request_hash, i.site_id, i.action, i.event_id, i.event, i.ttl, l.used,
    row_number() over (partition by i.site_id, i.action order by i.ord) as n
  from input i
  join live l using (site_id, action)
  where not exists (select from known k where k.ord = i.ord)
    and not exists (select from replayed r where r.ord = i.ord)
),
admitted as materialized (
  select * from ranked where used + n <= $10::int
),
inserted as (
  insert into idempotency as stored (key, request_hash, event_id, accepted_at, expires_at)
  select a.key, a.request_hash, a.event_id, c.now, c.now + a.ttl * interval '1 second'
  from admitted a
  cross join clock c
  on conflict (key) do update
    set request_hash = excluded.request_hash, event_id = excluded.event_id, accepted_at = excluded.accepted_at,
      expires_at = excluded.expires_at
    where stored.expires_at <= excluded.accepted_at
  returning event_id, accepted_at
),
counted as (
  update rate_limits r
  set hits = case when l.hits[cardinality(l.hits)] = c.hit then l.hits else l.hits || c.hit end,
    counts = case
      when l.hits[cardinality(l.hits)] = c.hit
      then l.counts[:cardinality(l.counts) - 1] || (l.counts[cardinality(l.counts)] + taken.n)::int
      else l.counts || taken.n::int
    end
  from (
    select a.site_id, a.action, count(*) as n
    from admitted a
    join inserted using (event_id)
    group by a.site_id, a.action
  ) taken
  join live l using (site_id, action)
  cross join clock c
  where r.site_id = taken.site_id and r.action = taken.action
),
said as (
  insert into outbox (id, subject, payload)
  select $8::uuid, $9, '[' || string_agg(a.event, ',' order by a.ord) || ']'
  from admitted a
  join inserted using (event_id)
  having count(*) > 0
)
select
  case
    when p.ord is not null then 'replayed'
    when k.ord is not null then case when k.same then 'repeat' else 'mismatch' end
    when l.site_id is null then 'unregistered'
    when t.event_id is not null then 'accepted'
    when a.ord is null then 'limited'
    else 'raced'
  end as outcome,
  k.event_id as known_event_id,
  coalesce(t.accepted_at, k.accepted_at) as accepted_at,
  coalesce(l.used, 0) + coalesce(r.n, 0)::int as used,
  extract(epoch from l.hits[1] + $11::int * interval '1 second' - c.now)::float8 as reset_seconds
from input i
cross join clock c
left join live l using (site_id, action)
left join replayed p on p.ord = i.ord
left join known k on k.ord = i.ord
left join ranked r on r.ord = i.ord
left join admitted a on a.ord = i.ord
left join inserted t on t.event_id = i.event_id
order by i.ord
