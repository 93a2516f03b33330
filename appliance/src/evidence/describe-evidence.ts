import type { OrderFields } from '@countersign/shared/contracts';
import { isHex, sha256Hex } from '@countersign/shared/crypto/portable';
import { type Clock, newId } from '@countersign/shared/kernel';
import type { Refusal } from '../orders/order-refusal.ts';
import type { Execution } from '../runbooks/execute-runbook.ts';
import type { KnownRunbooks } from '../runbooks/known-runbooks.ts';
import type { EvidenceBundle } from './sign-evidence.ts';

export interface EvidenceWriterOptions {
  siteId: string;
  hostId: string;
  policyVersion: string;
  knownRunbooks?: KnownRunbooks | undefined;
  clock: Clock;
}

/** Writes the bundles that this box answers orders with. */
export interface EvidenceWriter {
  /** What carrying out an order came to. */
  ofExecution(order: OrderFields, execution: Execution): EvidenceBundle;
  /** That an order, as received, was refused: nothing in it can be believed, so it is told by its digest. */
  ofRefusal(order: unknown, refusal: Refusal): EvidenceBundle;
  /** That the box went down while it carried out an order: nobody knows how much of it was done. */
  ofInterruption(order: OrderFields, startedAt: string): EvidenceBundle;
}

/** An order for another box is refused here, but it is not ours to end: evidence that names it would. */
const notOurs: readonly string[] = ['WRONG_SITE', 'WRONG_TARGET', 'WRONG_EPOCH'] satisfies Refusal['code'][];

export function createEvidenceWriter(options: EvidenceWriterOptions): EvidenceWriter {
  const { siteId, hostId, policyVersion, knownRunbooks, clock } = options;
  const whose = () => ({ bundle_id: newId(), site_id: siteId, host_id: hostId, policy_version: policyVersion });

  const ofOrder = (order: OrderFields) => ({
    ...whose(),
    order_id: order.order_id,
    check_type: order.runbook_id,
    hipaa_controls: knownRunbooks?.get(order.runbook_id)?.hipaa_controls ?? [],
    incident_id: order.incident_id,
    runbook_id: order.runbook_id,
    runbook_version: order.runbook_version,
    runbook_digest: order.runbook_digest,
    order_nonce: order.nonce,
    trace_id: order.trace_id,
  });

  return {
    ofExecution(order, { outcome, actions, preState, postState, rollbackAvailable, error, startedAt, endedAt }) {
      return {
        ...ofOrder(order),
        outcome,
        actions_taken: actions.map((action) => ({ ...action })),
        pre_state: preState ?? {},
        post_state: postState ?? {},
        rollback_available: rollbackAvailable ?? false,
        timestamp_start: startedAt,
        timestamp_end: notBefore(startedAt, endedAt),
        error: error?.slice(0, 10_000) ?? null,
      };
    },

    ofRefusal(order, { code, message, field }) {
      const now = clock.now().toISOString();
      const orderId = readOrderId(order);
      const namesOrder = orderId !== null && !notOurs.includes(code);
      return {
        ...whose(),
        ...(namesOrder ? { order_id: orderId } : {}),
        check_type: 'order_refused',
        outcome: 'rejected',
        actions_taken: [],
        refusal: { code, message, field: field ?? null },
        refused_order: { order_id: orderId, sha256: sha256Hex(JSON.stringify(order) ?? '') },
        trace_id: readTraceId(order),
        timestamp_start: now,
        timestamp_end: now,
        error: code,
      };
    },

    ofInterruption(order, startedAt) {
      return {
        ...ofOrder(order),
        outcome: 'failed',
        actions_taken: [],
        timestamp_start: startedAt,
        timestamp_end: notBefore(startedAt, clock.now().toISOString()),
        error: 'INTERRUPTED: the appliance went down while it carried out the order, and does not run it again.',
      };
    },
  };
}

/** A clock that was set back meanwhile: the server takes nothing that ends before it begins. */
const notBefore = (start: string, end: string): string => (end < start ? start : end);

/** The id that an order as received claims, when it has the shape of one. */
export function readOrderId(order: unknown): string | null {
  const id = readField(order, 'order_id');
  return isHex(id, 16) ? id : null;
}

const readTraceId = (order: unknown): string => {
  const id = readField(order, 'trace_id');
  return isHex(id, 32) ? id : '';
};

function readField(order: unknown, name: string): unknown {
  return typeof order === 'object' && order !== null ? (order as Record<string, unknown>)[name] : undefined;
}
