import { auditRoutes } from './audit-routes.ts';
import { checkInRequest, checkInResponse } from './appliance.ts';
import { enrolmentRoutes } from './enrolment-routes.ts';
import { evidencePage, evidencePageQuery, evidenceRequest, evidenceResponse, uploadResponse } from './evidence.ts';
import { healthResponse } from './health.ts';
import { driftRequest, incidentRequest, incidentResponse, noDriftResponse } from './incident.ts';
import { limitRoutes } from './limits.ts';
import { acknowledgeRequest, acknowledgeResponse, ordersResponse, pollQuery } from './order.ts';
import { orderKeyRoutes } from './order-keys.ts';
import { proofRoutes } from './proof-routes.ts';
import type { RouteContract } from './route-contract.ts';
import { runbooksResponse } from './runbook.ts';
import { statsResponse } from './stats.ts';

const KiB = 1024;

/** Every route of the gateway. The OpenAPI document, the guard and the walk over all routes read this. */
export const routeCatalog = {
  health: {
    method: 'GET',
    path: '/health',
    summary: 'Dependencies at a glance; 503 when one is missing. Also answers HEAD.',
    scope: null,
    site: null,
    responses: [healthResponse],
  },
  checkIn: {
    method: 'POST',
    path: '/checkin',
    summary: 'Register or update an appliance; the answer carries the server keys and its pending orders.',
    scope: 'appliances:check-in',
    limit: 'appliance-requests',
    site: 'body',
    body: checkInRequest,
    responses: [checkInResponse],
    maxBytes: 16 * KiB,
  },
  pollOrders: {
    method: 'GET',
    path: '/orders/{site_id}',
    summary: 'Pending, unexpired orders, oldest first. Send `If-None-Match`: nothing new is a 304.',
    scope: 'orders:read',
    limit: 'appliance-requests',
    site: 'path',
    query: pollQuery,
    responses: [ordersResponse],
  },
  acknowledgeOrder: {
    method: 'POST',
    path: '/orders/acknowledge',
    summary: 'Take an order on. A second acknowledge returns the first answer.',
    scope: 'orders:acknowledge',
    limit: 'appliance-requests',
    site: 'body',
    body: acknowledgeRequest,
    responses: [acknowledgeResponse],
    maxBytes: 16 * KiB,
    signedOnceEnrolled: true,
  },
  reportIncident: {
    method: 'POST',
    path: '/incidents',
    summary:
      'Report an incident; the answer carries the signed order that answers it when it is ready within the wait.',
    scope: 'incidents:report',
    limit: 'appliance-requests',
    site: 'body',
    body: incidentRequest,
    responses: [incidentResponse],
    limited: 'incidents',
    idempotent: true,
    maxBytes: 128 * KiB,
  },
  reportDrift: {
    method: 'POST',
    path: '/drift',
    summary: 'Report the outcome of a configuration check; a drift is an incident of type `drift:<check_type>`.',
    scope: 'incidents:report',
    limit: 'appliance-requests',
    site: 'body',
    body: driftRequest,
    responses: [incidentResponse, noDriftResponse],
    limited: 'drift',
    idempotent: true,
    maxBytes: 128 * KiB,
  },
  submitEvidence: {
    method: 'POST',
    path: '/evidence',
    summary: 'Hand in an evidence bundle as JSON.',
    keepsText: true,
    scope: 'evidence:submit',
    limit: 'appliance-requests',
    site: 'body',
    body: evidenceRequest,
    responses: [evidenceResponse],
    idempotent: true,
    maxBytes: 512 * KiB,
  },
  listEvidence: {
    method: 'GET',
    path: '/evidence/{site_id}',
    summary: 'Bundles of a site, newest first.',
    scope: 'evidence:read',
    site: 'path',
    query: evidencePageQuery,
    responses: [evidencePage],
    audited: 'evidence',
  },
  uploadEvidence: {
    method: 'POST',
    path: '/evidence/upload',
    summary: 'Hand in an evidence bundle as a file, with its signature as 64 raw bytes or hex.',
    scope: 'evidence:submit',
    limit: 'appliance-requests',
    site: 'header',
    responses: [uploadResponse],
    idempotent: true,
    maxBytes: 512 * KiB,
    multipart: true,
  },
  ...orderKeyRoutes,
  ...proofRoutes,
  ...enrolmentRoutes,
  listRunbooks: {
    method: 'GET',
    path: '/runbooks',
    summary: 'The runbook catalogue.',
    scope: 'runbooks:read',
    site: null,
    responses: [runbooksResponse],
  },
  readStats: {
    method: 'GET',
    path: '/stats',
    summary: "Counts over the fleet, or over the principal's site when it is bound to one.",
    scope: 'stats:read',
    site: null,
    responses: [statsResponse],
  },
  ...limitRoutes,
  ...auditRoutes,
} as const satisfies Record<string, RouteContract>;

export type RouteName = keyof typeof routeCatalog;
