import {
  bundleParams,
  incidentParams,
  orderParams,
  type ProofResponse,
  type RequestOf,
  routeCatalog,
} from '@countersign/shared/contracts';
import { MediaAnswer } from '@countersign/shared/http';
import type { Requester } from '@countersign/shared/messaging';
import { prefersText } from '../../domain/prefers-text.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';

/** `Accept: text/plain` gets the bare proof, everybody else the leaf with it. */
type Prove = (params: unknown, facts: RequestFacts) => Promise<ProofResponse | MediaAnswer>;

export interface ProveRecord {
  evidence: Prove;
  order: Prove;
  incident: Prove;
}

export function createProveRecord(requester: Requester): ProveRecord {
  async function prove(item: RequestOf<'rpc.evidence.prove.v1'>, facts: RequestFacts) {
    const { traceparent } = facts;
    const answer = await requester.ask('rpc.evidence.prove.v1', item, { timeoutMs: 5_000, traceparent });
    facts.setHeader('vary', 'accept');
    if (!prefersText(facts.header('accept'))) return answer;
    return new MediaAnswer(routeCatalog.proveEvidence.produces, answer.proof);
  }

  return {
    async evidence(params, facts) {
      const { site_id, bundle_id } = bundleParams.parse(params);
      return prove({ site_id, kind: 'evidence', id: bundle_id }, facts);
    },
    async order(params, facts) {
      const { site_id, order_id } = orderParams.parse(params);
      return prove({ site_id, kind: 'order', id: order_id }, facts);
    },
    async incident(params, facts) {
      const { site_id, incident_id } = incidentParams.parse(params);
      return prove({ site_id, kind: 'incident', id: incident_id }, facts);
    },
  };
}
