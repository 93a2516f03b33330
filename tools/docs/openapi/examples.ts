import { errorCatalog, type ErrorCode, type RouteName } from '@countersign/shared/contracts';
import { keyIdOf, nodeEd25519, sha256Hex, signOrder } from '@countersign/shared/crypto';
import type { Json } from '../json.ts';

/** A made-up seed: it signs the order of this document and nothing else. */
const seed = '5eed'.repeat(16);
const signer = nodeEd25519.createSigner(seed);
export const examplePublicKey = signer.publicKey;

const site_id = 'clinic-7';
const host_id = 'box-1';
const incident_id = '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10';
const evidence_id = '3f1c2b7e-58d2-8a90-9c41-7d5f0e6b1a22';
const timestamp = '2026-11-21T09:30:00.000Z';
const digest = sha256Hex('an example');
const order_id = 'a3f1c25b90d4e786';

/** A true order: its signature holds under `examplePublicKey`. */
export const exampleOrder = signOrder(
  {
    order_id,
    order_type: 'healing',
    runbook_id: 'RB-BACKUP-001',
    runbook_version: '1.0.0',
    runbook_digest: digest,
    parameters: {},
    site_id,
    target_appliance_id: host_id,
    incident_id,
    nonce: '000102030405060708090a0b0c0d0e0f',
    issued_at: timestamp,
    expires_at: '2026-11-21T09:45:00.000Z',
    ttl_seconds: 900,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  },
  { keyId: keyIdOf(examplePublicKey), sign: (text) => signer.sign(text) },
);

const bundle = {
  bundle_id: 'EB-2026-11-21-0001',
  site_id,
  host_id,
  order_id,
  check_type: 'backup',
  outcome: 'success',
  hipaa_controls: ['164.308(a)(7)(ii)(A)'],
  timestamp_start: '2026-11-21T09:31:00+00:00',
  timestamp_end: '2026-11-21T09:31:40+00:00',
};
const received = {
  status: 'received',
  incident_id,
  resolution_tier: 'L1',
  order_id,
  runbook_id: 'RB-BACKUP-001',
  timestamp,
};
const unanswered = { ...received, resolution_tier: null, order_id: null, runbook_id: null };
const uri = 'vault://clinic-7/2026/11/21/EB-2026-11-21-0001=9f2c.json?versionId=5d41';

/** What goes in and what comes out, by route; a spec holds each against its schema. */
export const examples: Record<RouteName, { request?: Json; responses: Record<string, Json> }> = {
  health: {
    responses: {
      ok: {
        status: 'ok',
        database: 'connected',
        nats: 'connected',
        object_store: 'connected',
        runbooks_loaded: 9,
        timestamp,
      },
    },
  },
  checkIn: {
    request: { site_id, host_id, deployment_mode: 'direct', agent_version: '1.4.0', public_key: examplePublicKey },
    responses: {
      registered: {
        status: 'ok',
        action: 'registered',
        timestamp,
        server_public_key: examplePublicKey,
        server_public_keys: [examplePublicKey],
        pending_orders: [],
      },
    },
  },
  pollOrders: { responses: { oneOrder: { site_id, orders: [exampleOrder], count: 1, next: null } } },
  acknowledgeOrder: {
    request: { site_id, order_id },
    responses: { acknowledged: { status: 'acknowledged', order_id, timestamp } },
  },
  reportIncident: {
    request: { site_id, host_id, incident_type: 'backup_failed', severity: 'high', details: { job: 'nightly' } },
    responses: {
      answered: received,
      needsAPerson: { ...unanswered, resolution_tier: 'L3' },
      orderComesByPoll: unanswered,
    },
  },
  reportDrift: {
    request: { site_id, host_id, check_type: 'firewall', drifted: true, pre_state: { policy: 'accept' } },
    responses: {
      answered: { ...received, runbook_id: 'RB-FIREWALL-001' },
      noDrift: { status: 'ok', drifted: false, action: 'none' },
    },
  },
  submitEvidence: {
    request: bundle,
    responses: { received: { status: 'received', bundle_id: bundle.bundle_id, evidence_id, s3_uri: null, timestamp } },
  },
  listEvidence: {
    responses: {
      onePage: {
        site_id,
        evidence: [
          {
            bundle_id: bundle.bundle_id,
            evidence_id,
            position: 1,
            check_type: 'backup',
            outcome: 'success',
            timestamp_start: bundle.timestamp_start,
            timestamp_end: bundle.timestamp_end,
            hipaa_controls: bundle.hipaa_controls,
            order_id,
            s3_uri: uri,
            sealed_at: timestamp,
            link_hash: digest,
            signature: null,
          },
        ],
        count: 1,
      },
    },
  },
  uploadEvidence: {
    responses: {
      uploaded: {
        status: 'uploaded',
        bundle_id: bundle.bundle_id,
        bundle_uri: uri,
        signature_uri: `${uri}#/signature`,
        retention_until: '2032-11-21T09:30:00.000Z',
        retention_days: 2192,
        timestamp,
      },
    },
  },
  listRunbooks: {
    responses: {
      one: {
        runbooks: [
          {
            id: 'RB-BACKUP-001',
            name: 'Failed or stale backup',
            description: "The nightly backup of the clinic's data failed, or no recent one exists.",
            category: 'data_protection',
            severity: 'high',
            hipaa_controls: bundle.hipaa_controls,
            version: '1.0.0',
            digest,
          },
        ],
        count: 1,
      },
    },
  },
  readStats: {
    responses: {
      fleet: {
        active_appliances: 20,
        orders_24h: { completed: 176, failed: 4 },
        incidents_24h: { resolving: 4, resolved: 176, escalated: 20 },
        resolution_tiers_7d: { L1: 180, L3: 20 },
        evidence_24h: { accepted: 1, sealed: 180, refused: 2 },
        timestamp,
      },
    },
  },
};

/** A problem document as the gateway writes it. */
export function problemExample(code: ErrorCode, status: number, path: string): Json {
  const { meaning, remedy } = errorCatalog[code];
  return {
    type: `urn:countersign:error:${code}`,
    title: meaning,
    status,
    instance: path.replace('{site_id}', site_id),
    error_code: code,
    request_id: '01933a5e-7c20-7b3e-9f0d-1c2d3e4f5a6b',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    remedy,
  };
}
