-- Takes hits of limits: as many of those that are wanted as the limit still has, in one statement for all that wait. The row
-- of a policy and subject is locked by the upsert, and the clock is read after that: hits of another gateway that committed
-- meanwhile are never later than it. A hit counts as long as it is younger than the window; one that is leased (it
-- will be used within lease_seconds) is dated at the end of its lease. For limits above 100 a hit is dated up to a
-- hundredth of the window later than it was, so a row never holds more than about a hundred moments. Both err to the
-- same side: no window ever sees more than the limit. A clock that is set back dates hits at the newest one.
--
-- $1..$6 per subject, each once: policy, subject, wanted, limit, window, lease (seconds). $7: the policy whose used-up
-- subjects are told to all gateways.
with input as materialized (
  select policy, subject, wanted::int as wanted, requests::int as requests, span::int as span, lease::int as lease
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as t (policy, subject, wanted, requests, span, lease)
),
taken as (
  insert into limit_hits as stored
    (policy, subject, requests, window_seconds, lease_seconds, hits, counts, used, granted, decided_at)
  select policy, subject, requests, span, lease, array[clock_timestamp() + lease * interval '1 second'],
    array[least(wanted, requests)], least(wanted, requests), wanted, clock_timestamp()
  from input
  order by policy, subject
  on conflict (policy, subject) do update
    set (requests, window_seconds, lease_seconds, hits, counts, used, granted, decided_at) = (
      select excluded.requests, excluded.window_seconds, excluded.lease_seconds,
        case when d.n = 0 or d.last >= d.hit then d.hits else d.hits || d.hit end,
        case
          when d.n = 0 then d.counts
          when d.last >= d.hit then d.counts[:cardinality(d.counts) - 1] || (d.counts[cardinality(d.counts)] + d.n)
          else d.counts || d.n
        end,
        d.used + d.n, d.n, d.now
      from (
        select k.*, k.hits[cardinality(k.hits)] as last,
          greatest(0, least(excluded.granted, excluded.requests - k.used)) as n,
          case
            when excluded.requests <= 100 then k.now + excluded.lease_seconds * interval '1 second'
            else to_timestamp(
              ceil(extract(epoch from k.now + excluded.lease_seconds * interval '1 second')
                / (excluded.window_seconds / 100.0)) * (excluded.window_seconds / 100.0))
          end as hit
        from (
          select c.now, coalesce(array_agg(h.moment order by h.moment) filter (where h.moment is not null), '{}') as hits,
            coalesce(array_agg(h.n order by h.moment) filter (where h.moment is not null), '{}') as counts,
            coalesce(sum(h.n), 0)::int as used
          from (select clock_timestamp() as now offset 0) c
          left join lateral unnest(stored.hits, stored.counts) as h (moment, n)
            on h.moment > c.now - excluded.window_seconds * interval '1 second'
          group by c.now
        ) k
      ) d
    )
  returning policy, subject, requests, window_seconds, hits, used, granted, decided_at
),
decided as materialized (
  select t.policy, t.subject, least(t.granted, t.requests) as granted, t.used,
    extract(epoch from t.hits[1] + t.window_seconds * interval '1 second' - t.decided_at)::float8 as reset_seconds,
    t.used >= t.requests as is_full
  from taken t
)
select policy, subject, granted, used, reset_seconds,
  case
    when is_full and granted > 0 and policy = $7
    then pg_notify('gateway_limits', json_build_object('subject', subject, 'seconds', reset_seconds)::text) is not null
  end as told
from decided
