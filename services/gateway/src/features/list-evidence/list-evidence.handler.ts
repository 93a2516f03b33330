import { type EvidencePage, evidencePageQuery, siteParams } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';

export type ListEvidence = (params: unknown, query: unknown) => Promise<EvidencePage>;

export function createListEvidence(requester: Requester): ListEvidence {
  return async (params, query) => {
    const { site_id } = siteParams.parse(params);
    return requester.ask('rpc.evidence.list.v1', { site_id, ...evidencePageQuery.parse(query) }, { timeoutMs: 5_000 });
  };
}
