import { consistencyQuery, type ConsistencyResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ProveConsistency = (query: unknown, facts: RequestFacts) => Promise<ConsistencyResponse>;

export function createProveConsistency(requester: Requester): ProveConsistency {
  return async (query, { traceparent }) => {
    const question = consistencyQuery.parse(query);
    return requester.ask('rpc.evidence.prove-consistency.v1', question, { timeoutMs: 5_000, traceparent });
  };
}
