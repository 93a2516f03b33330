import type { ServiceName } from '../contracts/index.ts';

export const sitesOfRows = ['clinic-a', 'clinic-b'] as const;
const [a, b] = sitesOfRows;

/** A row of each site, in each table that the role of one site may read. */
export const rows = `
  set search_path = gateway;
  insert into orders.appliances (site_id, host_id, deployment_mode, policy_version, registered_at, last_checkin)
    select s, 'box-1', 'direct', '1', now(), now() from unnest(array['${a}', '${b}']) s;
  insert into orders.orders (order_id, incident_id, site_id, host_id, runbook_id, condition, issued_at, expires_at, deadline_at,
      signed_payload, signature, key_id, traceparent)
    select 'order of ' || s, gen_random_uuid(), s, 'box-1', 'RB', '[]', now(), now(), now(), '{}', '', '', ''
    from unnest(array['${a}', '${b}']) s;
  insert into orders.order_incidents select incident_id, order_id from orders.orders;
  insert into runbooks.incidents (incident_id, site_id, host_id, incident_type, severity, details, pre_state, hipaa_controls, status, reported_at)
    select gen_random_uuid(), s, 'box-1', 'x', 'low', '{}', '{}', '[]', 'escalated', now() from unnest(array['${a}', '${b}']) s;
  insert into runbooks.decisions (incident_id, tier, reason) select incident_id, 'L3', 'none fits' from runbooks.incidents;
  insert into evidence.bundles (evidence_id, site_id, bundle_id, host_id, check_type, outcome, hipaa_controls, timestamp_start, timestamp_end,
      document, digest, channel, principal_id, submitted_at, position, previous_link_hash, link_hash, recorded_at)
    select gen_random_uuid(), s, 'b-1', 'box-1', 'x', 'success', '[]', '', '', '{}', '', 'json', gen_random_uuid(), now(), 1, '', '', now()
    from unnest(array['${a}', '${b}']) s;
  insert into evidence.seals (evidence_id, key, uri, version_id, sha256, size, retain_until)
    select evidence_id, site_id, '', '', '', 1, now() from evidence.bundles;
  insert into evidence.seal_queue (evidence_id, event_id) select evidence_id, '' from evidence.bundles;
  insert into evidence.retention_changes (id, evidence_id, kind, reason, principal_id, changed_at)
    select gen_random_uuid(), evidence_id, 'hold-on', 'why', gen_random_uuid(), now() from evidence.bundles;
  insert into evidence.refusals (event_id, evidence_id, site_id, bundle_id, host_id, digest, error_code, principal_id)
    select s, gen_random_uuid(), s, 'b-2', 'box-1', '', 'X', gen_random_uuid() from unnest(array['${a}', '${b}']) s;
  insert into evidence.ledger_leaves (leaf_index, event_id, source, type, site_id, time, leaf, leaf_hash)
    select row_number() over () - 1, s, '/x', 'x', s, now(), '{}', sha256(s::bytea) from unnest(array['${a}', '${b}']) s;
  insert into gateway.site_policies (site_id, changed_by, changed_at)
    select s, gen_random_uuid(), now() from unnest(array['${a}', '${b}']) s;
  insert into gateway.enrolment_tokens (token_id, token_sha256, site_id, uses, expires_at, created_at)
    select gen_random_uuid(), sha256(s::bytea), s, 1, now(), now() from unnest(array['${a}', '${b}']) s;
  insert into gateway.enrolments (enrolment_id, token_id, site_id, host_id, public_key, claimed_at)
    select gen_random_uuid(), token_id, site_id, 'box-1', 'k', now() from gateway.enrolment_tokens`;

/** Every table that the role of one site may read rows of sites from. */
export const siteTables: [ServiceName, string][] = [
  ['orders', 'appliances'],
  ['orders', 'orders'],
  ['orders', 'order_incidents'],
  ['runbooks', 'incidents'],
  ['runbooks', 'decisions'],
  ['evidence', 'bundles'],
  ['evidence', 'seals'],
  ['evidence', 'seal_queue'],
  ['evidence', 'retention_changes'],
  ['evidence', 'refusals'],
  ['evidence', 'ledger_leaves'],
  ['gateway', 'site_policies'],
  ['gateway', 'enrolment_tokens'],
  ['gateway', 'enrolments'],
];
