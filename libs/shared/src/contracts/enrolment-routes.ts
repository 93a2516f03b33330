import {
  enrolmentTokenCreated,
  enrolmentTokenRequest,
  enrolmentTokenRevoked,
  enrolmentTokensQuery,
  enrolmentTokensResponse,
  enrolRequest,
  enrolResponse,
  sitePolicyRequest,
  sitePolicyResponse,
} from './enrolment.ts';
import type { RouteContract } from './route-contract.ts';

const KiB = 1024;

/** Routes by which an appliance gets its credential, and a site says what it demands of its appliances. */
export const enrolmentRoutes = {
  createEnrolmentToken: {
    method: 'POST',
    path: '/enrolment-tokens',
    summary: 'Make a token with which appliances of a site enrol. It is shown once.',
    scope: 'appliances:enrol',
    site: 'body',
    body: enrolmentTokenRequest,
    responses: [enrolmentTokenCreated],
    maxBytes: 16 * KiB,
  },
  listEnrolmentTokens: {
    method: 'GET',
    path: '/enrolment-tokens',
    summary: 'Tokens of a site, or of every site, newest first, without their secrets; a hundred at most.',
    scope: 'appliances:enrol',
    site: 'query',
    query: enrolmentTokensQuery,
    responses: [enrolmentTokensResponse],
    audited: 'administration',
  },
  revokeEnrolmentToken: {
    method: 'DELETE',
    path: '/enrolment-tokens/{token_id}',
    summary: 'Revoke a token. Who enrolled with it before stays enrolled.',
    scope: 'appliances:enrol',
    site: null,
    responses: [enrolmentTokenRevoked],
  },
  enrol: {
    method: 'POST',
    path: '/enrol',
    summary: 'Enrol an appliance with its public key, by a token. The answer carries its credential, once.',
    scope: null,
    site: null,
    body: enrolRequest,
    responses: [enrolResponse],
    maxBytes: 16 * KiB,
  },
  readSitePolicy: {
    method: 'GET',
    path: '/sites/{site_id}/policy',
    summary: 'What a site demands of its appliances.',
    scope: 'appliances:enrol',
    site: 'path',
    responses: [sitePolicyResponse],
    audited: 'administration',
  },
  setSitePolicy: {
    method: 'PUT',
    path: '/sites/{site_id}/policy',
    summary: 'Say what a site demands of its appliances. Fields that are left out stay as they are.',
    scope: 'sites:manage',
    site: 'path',
    body: sitePolicyRequest,
    responses: [sitePolicyResponse],
    maxBytes: 16 * KiB,
  },
} as const satisfies Record<string, RouteContract>;
