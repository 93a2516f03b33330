import type { z } from 'zod';
import { checkInRequest, checkInResponse } from './appliance.ts';
import {
  evidenceDetail,
  evidencePage,
  evidencePageQuery,
  evidenceRequest,
  evidenceResponse,
  kitQuery,
  legalHoldRequest,
  retentionRequest,
  retentionResponse,
  uploadResponse,
} from './evidence.ts';
import { healthResponse } from './health.ts';
import { driftRequest, incidentRequest, incidentResponse, noDriftResponse } from './incident.ts';
import { consistencyQuery, consistencyResponse, proofResponse } from './ledger.ts';
import { acknowledgeRequest, acknowledgeResponse, ordersResponse, pollQuery } from './order.ts';
import type { Scope } from './principal.ts';
import { runbooksResponse } from './runbook.ts';
import { statsResponse } from './stats.ts';

/** Actions that are counted per site: N requests in any window. */
export const limitedActions = ['incidents', 'drift'] as const;
export type LimitedAction = (typeof limitedActions)[number];

export interface RouteContract {
  method: 'GET' | 'POST';
  path: string;
  summary: string;
  /** What the principal must be allowed to do; null only for health and public keys. */
  scope: Scope | null;
  /** Where the request names its site; the principal's site must be the same. Null: no site in the request. */
  site: 'body' | 'path' | 'header' | null;
  body?: z.ZodType;
  query?: z.ZodType;
  /** Each schema is one possible 200; none: the answer is not JSON, see `produces`. */
  responses: readonly z.ZodType[];
  /** Media type of an answer that is not JSON; with `responses`, of another form that `Accept` may ask for. */
  produces?: string;
  limited?: LimitedAction;
  /** A repeat returns the first answer: by `Idempotency-Key` or by what is sent. */
  idempotent?: boolean;
  /** Most bytes of a body. */
  maxBytes?: number;
  multipart?: boolean;
}

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
    site: 'path',
    query: pollQuery,
    responses: [ordersResponse],
  },
  acknowledgeOrder: {
    method: 'POST',
    path: '/orders/acknowledge',
    summary: 'Take an order on. A second acknowledge returns the first answer.',
    scope: 'orders:acknowledge',
    site: 'body',
    body: acknowledgeRequest,
    responses: [acknowledgeResponse],
    maxBytes: 16 * KiB,
  },
  reportIncident: {
    method: 'POST',
    path: '/incidents',
    summary:
      'Report an incident; the answer carries the signed order that answers it when it is ready within the wait.',
    scope: 'incidents:report',
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
    scope: 'evidence:submit',
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
  },
  uploadEvidence: {
    method: 'POST',
    path: '/evidence/upload',
    summary: 'Hand in an evidence bundle as a file, with its signature as 64 raw bytes or hex.',
    scope: 'evidence:submit',
    site: 'header',
    responses: [uploadResponse],
    idempotent: true,
    maxBytes: 512 * KiB,
    multipart: true,
  },
  exportKit: {
    method: 'GET',
    path: '/evidence/{site_id}/kit',
    summary: "The auditor's kit of a site: one ZIP that proves itself offline. Server time, `from` inclusive.",
    scope: 'evidence:export',
    site: 'path',
    query: kitQuery,
    responses: [],
    produces: 'application/zip',
  },
  describeEvidence: {
    method: 'GET',
    path: '/evidence/{site_id}/{bundle_id}',
    summary: 'One bundle: its states with their times, its retention, its place in the ledger.',
    scope: 'evidence:read',
    site: 'path',
    responses: [evidenceDetail],
  },
  proveEvidence: {
    method: 'GET',
    path: '/evidence/{site_id}/{bundle_id}/proof',
    summary: 'Proof that a sealed bundle is in the ledger. `Accept: text/plain`: the bare C2SP tlog-proof.',
    scope: 'evidence:read',
    site: 'path',
    responses: [proofResponse],
    produces: 'text/plain; charset=utf-8',
  },
  setLegalHold: {
    method: 'POST',
    path: '/evidence/{site_id}/{bundle_id}/legal-hold',
    summary: 'Put a sealed bundle under legal hold, or free it. Recorded with reason and principal.',
    scope: 'evidence:retain',
    site: 'path',
    body: legalHoldRequest,
    responses: [retentionResponse],
    maxBytes: 16 * KiB,
  },
  extendRetention: {
    method: 'POST',
    path: '/evidence/{site_id}/{bundle_id}/retention',
    summary: 'Keep a sealed bundle for longer; never for less. Recorded with reason and principal.',
    scope: 'evidence:retain',
    site: 'path',
    body: retentionRequest,
    responses: [retentionResponse],
    maxBytes: 16 * KiB,
  },
  proveOrder: {
    method: 'GET',
    path: '/orders/{site_id}/{order_id}/proof',
    summary: 'Proof that an order was issued, from the ledger. `Accept: text/plain`: the bare C2SP tlog-proof.',
    scope: 'evidence:read',
    site: 'path',
    responses: [proofResponse],
    produces: 'text/plain; charset=utf-8',
  },
  proveIncident: {
    method: 'GET',
    path: '/incidents/{site_id}/{incident_id}/proof',
    summary: 'Proof that an incident was reported, from the ledger. `Accept: text/plain`: the bare C2SP tlog-proof.',
    scope: 'evidence:read',
    site: 'path',
    responses: [proofResponse],
    produces: 'text/plain; charset=utf-8',
  },
  readCheckpoint: {
    method: 'GET',
    path: '/ledger/checkpoint',
    summary: 'The newest checkpoint: a C2SP signed note.',
    scope: 'ledger:read',
    site: null,
    responses: [],
    produces: 'text/plain; charset=utf-8',
  },
  readLedgerKey: {
    method: 'GET',
    path: '/ledger/key',
    summary: 'The key that checkpoints are signed with, as a C2SP vkey. Public.',
    scope: null,
    site: null,
    responses: [],
    produces: 'text/plain; charset=utf-8',
  },
  readTile: {
    method: 'GET',
    path: '/ledger/tile/*',
    summary: 'A tile of hashes (`<L>/<N>[.p/<W>]`), or of entries (`entries/<N>[.p/<W>]`): C2SP tlog-tiles.',
    scope: 'ledger:read',
    site: null,
    responses: [],
    produces: 'application/octet-stream',
  },
  readEntries: {
    method: 'GET',
    path: '/ledger/entries/*',
    summary: 'The same entries under a name of their own: `<N>[.p/<W>]`. Not for credentials bound to a site.',
    scope: 'ledger:read-entries',
    site: null,
    responses: [],
    produces: 'application/octet-stream',
  },
  proveConsistency: {
    method: 'GET',
    path: '/ledger/consistency',
    summary: 'Proof that the ledger of size `from` is the beginning of the one of size `to` (the newest when absent).',
    scope: 'ledger:read',
    site: null,
    query: consistencyQuery,
    responses: [consistencyResponse],
  },
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
} as const satisfies Record<string, RouteContract>;

export type RouteName = keyof typeof routeCatalog;
