import { auditPage, auditQuery } from './audit.ts';
import type { RouteContract } from './route-contract.ts';

export const auditRoutes = {
  readAudit: {
    method: 'GET',
    path: '/audit',
    summary:
      'What happened, newest first: every event of the ledger, refusals, acts and reads among them. Bound to a site: of that site only.',
    scope: 'audit:read',
    site: 'query',
    query: auditQuery,
    responses: [auditPage],
    audited: 'evidence',
  },
} as const satisfies Record<string, RouteContract>;
