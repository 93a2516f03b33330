import type { RetentionResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import { boundSiteOf } from '../../domain/bound-site.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';
import { retentionQuestion } from '../../domain/retention-questions.ts';

export type ExtendRetention = (params: unknown, body: unknown, facts: RequestFacts) => Promise<RetentionResponse>;

/** The vault does it before the answer; who did it and why stands in the ledger. */
export function createExtendRetention(requester: Requester): ExtendRetention {
  return async (params, body, { principal, traceparent }) => {
    const asked = retentionQuestion.parse({ ...(body as object), ...(params as object) });
    const actor = { principal_id: principal.id, traceparent, ...boundSiteOf(principal) };
    return requester.ask(
      'rpc.evidence.extend-retention.v1',
      { ...asked, ...actor },
      { timeoutMs: 10_000, traceparent },
    );
  };
}
