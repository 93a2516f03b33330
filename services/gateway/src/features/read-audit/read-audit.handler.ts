import { type AuditPage, auditQuery } from '@countersign/shared/contracts';
import type { Requester } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ReadAudit = (query: unknown, facts: RequestFacts) => Promise<AuditPage>;

export function createReadAudit(requester: Requester): ReadAudit {
  return async (query, { principal, traceparent }) => {
    const question = auditQuery.parse(query);
    const site = principal.siteId === null ? {} : { site_id: principal.siteId };
    return requester.ask('rpc.evidence.read-audit.v1', { ...question, ...site }, { timeoutMs: 6_000, traceparent });
  };
}
