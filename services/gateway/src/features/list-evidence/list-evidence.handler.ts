import { type EvidencePage, evidencePageQuery, siteParams } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import { boundSiteOf } from '../../domain/bound-site.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ListEvidence = (params: unknown, query: unknown, facts: RequestFacts) => Promise<EvidencePage>;

export function createListEvidence(requester: Requester): ListEvidence {
  return async (params, query, { principal }) => {
    const { site_id } = siteParams.parse(params);
    const question = { site_id, ...evidencePageQuery.parse(query), ...boundSiteOf(principal) };
    return requester.ask('rpc.evidence.list.v1', question, { timeoutMs: 5_000 });
  };
}
