-- Records what was decided about a batch while its chains are locked: new bundles with their place in the seal queue,
-- the new ends of the chains, refusals, and that the events were handled.
--
-- $1..$25 per new bundle, $26..$29 per chain that grew, $30..$39 per new refusal, $40 consumer, $41 handled events,
-- $42 outbox id, $43 subject and $44 payload of what is said about refusals (null: nothing).
with recorded as (
  insert into bundles (evidence_id, site_id, bundle_id, host_id, order_id, check_type, outcome, hipaa_controls,
    timestamp_start, timestamp_end, document, digest, signature, public_key, channel, principal_id, submitted_at,
    trace_id, position, previous_link_hash, link_hash, recorded_at)
  select evidence_id::uuid, site_id, bundle_id, host_id, order_id, check_type, outcome, hipaa_controls,
    timestamp_start, timestamp_end, document, digest, signature, public_key, channel, principal_id::uuid,
    submitted_at::timestamptz, trace_id, position::bigint, previous_link_hash, link_hash, recorded_at::timestamptz
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[])
    as t (evidence_id, site_id, bundle_id, host_id, order_id, check_type, outcome, hipaa_controls,
      timestamp_start, timestamp_end, document, digest, signature, public_key, channel, principal_id, submitted_at,
      trace_id, position, previous_link_hash, link_hash, recorded_at)
),
queued as (
  insert into seal_queue (evidence_id, event_id, traceparent, replyto)
  select evidence_id::uuid, event_id, traceparent, replyto
  from unnest($1::text[], $23::text[], $24::text[], $25::text[]) as t (evidence_id, event_id, traceparent, replyto)
),
moved as (
  update chain_heads h
  set position = t.position::bigint, link_hash = t.link_hash, recorded_at = t.recorded_at::timestamptz
  from unnest($26::text[], $27::text[], $28::text[], $29::text[]) as t (site_id, position, link_hash, recorded_at)
  where h.site_id = t.site_id
),
refused as (
  insert into refusals (event_id, evidence_id, site_id, bundle_id, host_id, digest, signature, error_code,
    principal_id, trace_id)
  select event_id, evidence_id::uuid, site_id, bundle_id, host_id, digest, signature, error_code,
    principal_id::uuid, trace_id
  from unnest($30::text[], $31::text[], $32::text[], $33::text[], $34::text[], $35::text[], $36::text[], $37::text[],
    $38::text[], $39::text[])
    as t (event_id, evidence_id, site_id, bundle_id, host_id, digest, signature, error_code, principal_id, trace_id)
),
handled as (
  insert into inbox (consumer, event_id)
  select $40, event_id from unnest($41::text[]) as t (event_id)
  on conflict do nothing
)
insert into outbox (id, subject, payload)
select $42::uuid, $43, $44
where $44::text is not null
