import { bundleParams, type EvidenceDetail } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type DescribeEvidence = (params: unknown, facts: RequestFacts) => Promise<EvidenceDetail>;

export function createDescribeEvidence(requester: Requester): DescribeEvidence {
  return (params, { traceparent }) =>
    requester.ask('rpc.evidence.describe.v1', bundleParams.parse(params), { timeoutMs: 5_000, traceparent });
}
