-- Records a batch of incidents with their decisions and says so, in one commit. An incident that is known already
-- changes nothing: its event was delivered again.
--
-- $1..$17 per incident: id, site, host, type, check, severity, details, pre_state, controls, time of report, status,
-- tier, runbook, its version, its digest, parameters, reason. $18 the event that tells of the decision (JSON).
-- $19, $20 outbox ids for the selected and the escalated.
with input as materialized (
  select *
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[])
    with ordinality as t (incident_id, site_id, host_id, incident_type, check_type, severity, details, pre_state,
      hipaa_controls, reported_at, status, tier, runbook_id, runbook_version, runbook_digest, parameters, reason, event, ord)
),
recorded as (
  insert into incidents (incident_id, site_id, host_id, incident_type, check_type, severity, details, pre_state,
    hipaa_controls, status, reported_at)
  select incident_id::uuid, site_id, host_id, incident_type, check_type, severity, details::jsonb, pre_state::jsonb,
    hipaa_controls::jsonb, status, reported_at::timestamptz
  from input
  on conflict (incident_id) do nothing
  returning incident_id
),
decided as (
  insert into decisions (incident_id, tier, runbook_id, runbook_version, runbook_digest, parameters, reason)
  select r.incident_id, i.tier, i.runbook_id, i.runbook_version, i.runbook_digest, i.parameters::jsonb, i.reason
  from input i
  join recorded r on r.incident_id = i.incident_id::uuid
),
said as (
  insert into outbox (id, subject, payload)
  select case when i.tier = 'L3' then $20::uuid else $19::uuid end,
    case when i.tier = 'L3' then 'runbooks.escalated.v1' else 'runbooks.selected.v1' end,
    '[' || string_agg(i.event, ',' order by i.ord) || ']'
  from input i
  join recorded r on r.incident_id = i.incident_id::uuid
  group by i.tier = 'L3', 1, 2
  returning id, subject, payload
)
select id, subject, payload, (select array_agg(incident_id::text) from recorded) as recorded from said
