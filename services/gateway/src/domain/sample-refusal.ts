import type { AuditFacts } from './audit-facts.ts';

/** A request with a bad credential, from nobody we know: for specs. */
export const aRefusal: AuditFacts = {
  type: 'gateway.request-refused.v1',
  ownSite: null,
  principalId: null,
  kind: null,
  method: 'GET',
  route: 'listEvidence',
  siteAsked: 'clinic-1',
  item: null,
  status: 401,
  errorCode: 'AUTH.INVALID_CREDENTIAL',
  address: '203.0.113.7',
};
