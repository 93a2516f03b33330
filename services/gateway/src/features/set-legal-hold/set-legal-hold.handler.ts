import type { RetentionResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import { boundSiteOf } from '../../domain/bound-site.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { legalHoldQuestion } from '../../domain/retention-questions.ts';

export type SetLegalHold = (params: unknown, body: unknown, facts: RequestFacts) => Promise<RetentionResponse>;

/** The vault does it before the answer; who did it and why stands in the ledger. */
export function createSetLegalHold(requester: Requester): SetLegalHold {
  return async (params, body, { principal, traceparent }) => {
    const asked = legalHoldQuestion.parse({ ...(body as object), ...(params as object) });
    const actor = { principal_id: principal.id, traceparent, ...boundSiteOf(principal) };
    return requester.ask('rpc.evidence.set-legal-hold.v1', { ...asked, ...actor }, { timeoutMs: 10_000, traceparent });
  };
}
