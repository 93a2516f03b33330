import { setTimeout as delay } from 'node:timers/promises';
import type { RequestOf } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';

/** What was decided for an incident. */
export interface IncidentOutcome {
  tier: 'L1' | 'L2' | 'L3' | null;
  runbook_id: string | null;
  order_id: string | null;
}

/** The outcome of an incident of a site that was reported before; what is not known within the wait is null. */
export type FindOutcome = (siteId: string, incidentId: string) => Promise<IncidentOutcome>;

const pauseMs = 100;

/** A repeat asks the services that know; the first answer is not stored a second time at the gateway. */
export function createFindOutcome(requester: Requester, waitMs: number): FindOutcome {
  return async (siteId, incidentId) => {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const question = { site_id: siteId, incident_id: incidentId };
      const outcome = await look(requester, question, Math.max(100, deadline - Date.now()));
      const isSettled = outcome.tier === 'L3' || outcome.order_id !== null;
      if (isSettled || Date.now() + pauseMs >= deadline) return outcome;
      await delay(pauseMs);
    }
  };
}

type Question = RequestOf<'rpc.orders.find-by-incident.v1'>;

async function look(requester: Requester, question: Question, timeoutMs: number): Promise<IncidentOutcome> {
  const unknown = { tier: null, runbook_id: null, order_id: null };
  // A silent service is no reason to fail: the incident was accepted, and that is what the answer says.
  const [decision, order] = await Promise.all([
    requester.ask('rpc.runbooks.find-decision.v1', question, { timeoutMs }).catch(() => unknown),
    requester.ask('rpc.orders.find-by-incident.v1', question, { timeoutMs }).catch(() => unknown),
  ]);
  return { tier: decision.tier, runbook_id: decision.runbook_id, order_id: order.order_id };
}
