import { acknowledgeRequest, type AcknowledgeResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type AcknowledgeOrder = (body: unknown, facts: RequestFacts) => Promise<AcknowledgeResponse>;

export function createAcknowledgeOrder(requester: Requester): AcknowledgeOrder {
  return async (body, facts) => {
    const request = acknowledgeRequest.parse(body);
    const question = { ...request, principal_id: facts.principal.id, traceparent: facts.traceparent };
    return requester.ask('rpc.orders.acknowledge.v1', question, { traceparent: facts.traceparent });
  };
}
