import { acknowledgeRequest, type AcknowledgeResponse } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import { credentialEpochOf } from '../../domain/credential-epoch.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type AcknowledgeOrder = (body: unknown, facts: RequestFacts) => Promise<AcknowledgeResponse>;

export function createAcknowledgeOrder(requester: Requester): AcknowledgeOrder {
  return async (body, facts) => {
    const request = acknowledgeRequest.parse(body);
    const { id: principal_id, hostId } = facts.principal;
    const question = {
      ...request,
      ...(hostId !== null && { host_id: hostId }),
      ...credentialEpochOf(facts.principal),
      principal_id,
      traceparent: facts.traceparent,
    };
    return requester.ask('rpc.orders.acknowledge.v1', question, { traceparent: facts.traceparent });
  };
}
