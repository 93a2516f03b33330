import type { EvidenceRequest } from '@countersign/shared/contracts';
import { canonicalString, sha256Hex, type Signer } from '@countersign/shared/crypto/portable';
import { newId } from '@countersign/shared/kernel';
import { maxProofHashes, type SignedCheckpoint } from '@countersign/shared/ledger';
import type { IncidentReport } from '../client/report-incident.ts';
import type { LieReason } from './judge-answer.ts';
import type { ShownLedger } from './read-answer.ts';

/** What this box says when it was lied to. Its canonical string is signed, so that it stands by itself, apart from the bundle. */
export interface RefusalStatement {
  kind: 'ledger-refusal';
  reason: LieReason;
  message: string;
  site_id: string;
  host_id: string;
  /** By the clock of this box, RFC 3339. */
  refused_at: string;
  /** C2SP vkey of the ledger that this box believes. */
  ledger_key: string;
  /** The newest checkpoint that it had verified, as the signed note; null: none. */
  seen_checkpoint: string | null;
  /** What was shown instead. What is longer than any true answer is cut; the digest is of all of it. */
  shown_checkpoint: string | null;
  shown_checkpoint_sha256: string | null;
  shown_consistency: string[] | null;
}

export interface DescribedRefusal {
  statement: RefusalStatement;
  /** Not signed yet. */
  bundle: EvidenceRequest;
  incident: IncidentReport;
}

export interface RefusalFacts {
  reason: LieReason;
  message: string;
  seen: SignedCheckpoint | undefined;
  shown: ShownLedger;
  siteId: string;
  hostId: string;
  policyVersion: string;
  ledgerKey: string;
  at: Date;
  /** Of the check-in that brought it. */
  traceId: string | null;
}

/** No runbook matches it: a person has to look (L3). */
export const incidentType = 'ledger_split_view';
export const checkType = 'ledger:split-view';
/** Audit controls; integrity; mechanism to authenticate records. */
const hipaaControls = ['164.312(b)', '164.312(c)(1)', '164.312(c)(2)'];

const longestNote = 16_384;
const longestHash = 64;
/** Fit for every JSON parser on the way, whatever a liar sent. */
const clean = (text: string, longest: number): string => text.slice(0, longest).replace(/\p{Surrogate}|\0/gu, '\ufffd');

/** The signed refusal as evidence, and the incident that calls a person. */
export function describeRefusal(facts: RefusalFacts, signer: Signer): DescribedRefusal {
  const { reason, message, seen, shown, siteId, hostId, at } = facts;
  const statement: RefusalStatement = {
    kind: 'ledger-refusal',
    reason,
    message: clean(message, 1_000),
    site_id: siteId,
    host_id: hostId,
    refused_at: at.toISOString(),
    ledger_key: facts.ledgerKey,
    seen_checkpoint: seen?.note ?? null,
    shown_checkpoint: shown.checkpoint === null ? null : clean(shown.checkpoint, longestNote),
    shown_checkpoint_sha256: shown.checkpoint === null ? null : sha256Hex(shown.checkpoint),
    shown_consistency: shown.consistency?.slice(0, maxProofHashes + 1).map((hash) => clean(hash, longestHash)) ?? null,
  };
  const bundleId = newId();
  return {
    statement,
    bundle: {
      bundle_id: bundleId,
      site_id: siteId,
      host_id: hostId,
      policy_version: facts.policyVersion,
      check_type: checkType,
      outcome: 'rejected',
      hipaa_controls: hipaaControls,
      actions_taken: [],
      post_state: {
        refusal: statement,
        refusal_signature: signer.sign(canonicalString(statement)),
        public_key: signer.publicKey,
      },
      timestamp_start: statement.refused_at,
      timestamp_end: statement.refused_at,
      trace_id: facts.traceId ?? '',
      error: reason,
    },
    incident: {
      incident_type: incidentType,
      severity: 'critical',
      check_type: checkType,
      hipaa_controls: hipaaControls,
      details: {
        reason,
        message: statement.message,
        seen_size: seen?.size ?? 0,
        bundle_id: bundleId,
        refused_at: statement.refused_at,
      },
    },
  };
}
