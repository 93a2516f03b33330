import { z } from 'zod';
import { type EvidencePage, evidencePageQuery, identifier } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';

export type ListEvidence = (params: unknown, query: unknown) => Promise<EvidencePage>;

const listParams = z.object({ site_id: identifier });

export function createListEvidence(requester: Requester): ListEvidence {
  return async (params, query) => {
    const { site_id } = listParams.parse(params);
    return requester.ask('rpc.evidence.list.v1', { site_id, ...evidencePageQuery.parse(query) }, { timeoutMs: 5_000 });
  };
}
