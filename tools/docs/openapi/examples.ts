import type { RouteName } from '@countersign/shared/contracts';
import { keyIdOf, nodeEd25519, sha256Hex, signOrder } from '@countersign/shared/crypto';
import { exampleAuditPage } from './audit-examples.ts';
import { enrolmentExamples } from './enrolment-examples.ts';
import type { Example } from './example.ts';
import { exampleNames } from './example-names.ts';
import { exampleCheckpoint, exampleConsistency, exampleLedgerKey, exampleProof } from './ledger-examples.ts';
import { limitExamples } from './limit-examples.ts';
import { exampleOrderKeys } from './order-key-examples.ts';

/** A made-up seed: it signs the order of this document and nothing else. */
const seed = '5eed'.repeat(16);
const signer = nodeEd25519.createSigner(seed);
export const examplePublicKey = signer.publicKey;

const { site_id, host_id, bundle_id, order_id, incident_id, evidence_id, timestamp } = exampleNames;
const digest = sha256Hex('an example');

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
  bundle_id,
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

const states = {
  accepted_at: timestamp,
  stored_at: '2026-11-21T09:30:00.120Z',
  sealed_at: '2026-11-21T09:30:00.150Z',
  ledgered_at: '2026-11-21T09:30:00.700Z',
};
const retain_until = '2032-11-21T09:30:00.000Z';
const retained = { bundle_id, evidence_id, retain_until, legal_hold: true, timestamp };
const proofExample = { responses: { proof: exampleProof }, text: exampleProof.proof };

/** What goes in and what comes out, by route; a spec holds each against its schema. */
export const examples: Record<RouteName, Example> = {
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
        ledger: { checkpoint: exampleCheckpoint, consistency: null, cosignature: 'none' },
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
    responses: { received: { status: 'received', bundle_id, evidence_id, s3_uri: null, timestamp } },
  },
  listEvidence: {
    responses: {
      onePage: {
        site_id,
        evidence: [
          {
            bundle_id,
            evidence_id,
            position: 1,
            check_type: 'backup',
            outcome: 'success',
            timestamp_start: bundle.timestamp_start,
            timestamp_end: bundle.timestamp_end,
            hipaa_controls: bundle.hipaa_controls,
            order_id,
            state: 'ledgered',
            s3_uri: uri,
            ...states,
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
        bundle_id,
        bundle_uri: uri,
        signature_uri: `${uri}#/signature`,
        retention_until: retain_until,
        retention_days: 2192,
        timestamp,
      },
    },
  },
  exportKit: { responses: {} },
  describeEvidence: {
    responses: {
      ledgered: {
        evidence_id,
        bundle_id,
        site_id,
        host_id,
        order_id,
        check_type: 'backup',
        outcome: 'success',
        position: 1,
        digest,
        previous_link_hash: '0'.repeat(64),
        link_hash: digest,
        signature: null,
        public_key: examplePublicKey,
        state: 'ledgered',
        ...states,
        leaf_index: 1,
        uri,
        version_id: '5d41',
        retain_until,
        legal_hold: false,
      },
    },
  },
  proveEvidence: proofExample,
  proveOrder: proofExample,
  proveIncident: proofExample,
  setLegalHold: {
    request: { hold: true, reason: 'Case 26-114: keep until it is closed.' },
    responses: { held: retained },
  },
  extendRetention: {
    request: { retain_until: '2036-11-21T00:00:00Z', reason: 'The contract of the clinic asks for ten years.' },
    responses: { extended: { ...retained, retain_until: '2036-11-21T00:00:00.000Z' } },
  },
  ...enrolmentExamples,
  readCheckpoint: { responses: {}, text: exampleCheckpoint },
  readLedgerKey: { responses: {}, text: `${exampleLedgerKey}\n` },
  readTile: { responses: {} },
  readEntries: { responses: {} },
  proveConsistency: { responses: { fromOneToTwo: exampleConsistency } },
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
  readOrderKeys: { responses: { rotation: exampleOrderKeys } },
  ...limitExamples,
  readAudit: { responses: { refusal: exampleAuditPage } },
  readStats: {
    responses: {
      fleet: {
        active_appliances: 20,
        orders_24h: { completed: 176, failed: 4 },
        incidents_24h: { resolving: 4, resolved: 176, escalated: 20 },
        resolution_tiers_7d: { L1: 180, L3: 20 },
        evidence_24h: { accepted: 1, sealed: 180, refused: 2 },
        integrity: { open_faults: 0, walked_at: '2026-11-21T09:58:00.000Z' },
        timestamp,
      },
    },
  },
};
