import type { EvidenceRecorded } from '@countersign/shared/contracts';
import type { ClosedStatus, OpenStatus } from './order-states.ts';
import { reasonOfExpiry } from './order-states.ts';

/** How an order ends, for one that stands open now. */
export interface Verdict {
  order_id: string;
  site_id: string;
  host_id: string;
  status: ClosedStatus;
  reason: string;
  evidence_id: string | null;
  /** Of what ends it; null: the order's own trace goes on. */
  traceparent: string | null;
}

const reasons: Record<EvidenceRecorded['outcome'], string> = {
  success: 'the evidence says success',
  failed: 'the evidence says failed',
  reverted: 'the change was reverted',
  deferred: 'the appliance deferred it',
  alert: 'the appliance only raised an alert',
  rejected: 'refused by the appliance',
  expired: 'expired at the appliance',
};

/** The verdict of a bundle on the order that it names. Only a plain success completes an order: nothing is assumed. */
export function judgeEvidence(evidence: EvidenceRecorded, traceparent: string | null): Verdict | null {
  const { order_id, site_id, host_id, outcome, evidence_id } = evidence;
  if (order_id === null) return null;
  const status = outcome === 'success' ? 'completed' : 'failed';
  return { order_id, site_id, host_id, status, reason: reasons[outcome], evidence_id, traceparent };
}

export interface OverdueOrder {
  order_id: string;
  site_id: string;
  host_id: string;
  status: OpenStatus;
}

/** The verdict of the clock. */
export function judgeOverdue({ order_id, site_id, host_id, status }: OverdueOrder): Verdict {
  const reason = reasonOfExpiry(status);
  return { order_id, site_id, host_id, status: 'expired', reason, evidence_id: null, traceparent: null };
}

/** The verdict of an enrolment on an order of the epoch before: it was signed for a key that is no longer the current one. */
export function judgeSuperseded({ order_id, site_id, host_id }: OverdueOrder): Verdict {
  const reason = 'superseded by a new enrolment of the appliance';
  return { order_id, site_id, host_id, status: 'cancelled', reason, evidence_id: null, traceparent: null };
}
