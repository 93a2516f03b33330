import { bundleParams, type EvidenceDetail } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import { boundSiteOf } from '../../domain/bound-site.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type DescribeEvidence = (params: unknown, facts: RequestFacts) => Promise<EvidenceDetail>;

export function createDescribeEvidence(requester: Requester): DescribeEvidence {
  return (params, { principal, traceparent }) => {
    const question = { ...bundleParams.parse(params), ...boundSiteOf(principal) };
    return requester.ask('rpc.evidence.describe.v1', question, { timeoutMs: 5_000, traceparent });
  };
}
