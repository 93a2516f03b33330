import { z } from 'zod';
import { checkInRequest, checkInResponse } from './appliance.ts';
import { enrolApplianceRequest, enrolApplianceResponse } from './enrolment.ts';
import { hex, identifier, orderId, uuid } from './identifiers.ts';
import { orderKeysReport } from './order-keys.ts';
import { acknowledgeRequest, acknowledgeResponse, ordersResponse, pollQuery } from './order.ts';
import type { RequestContract } from './request-contract.ts';

/** Whose credential asks. */
const credentialEpoch = z
  .int()
  .nonnegative()
  .optional()
  .describe(
    "Epoch of an appliance's credential, 0 when it comes from no enrolment: it acts for that epoch only. Absent: for any.",
  );

/** What orders is asked about appliances and their orders. */
export const orderRequests = {
  'rpc.orders.check-in.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary: 'Register or update an appliance; its keys and pending orders come back.',
    request: checkInRequest.omit({ ledger: true }).extend({
      may_replace_key: z.boolean(),
      credential_epoch: credentialEpoch,
      traceparent: z.string().optional(),
    }),
    response: checkInResponse.omit({ ledger: true }),
  },
  'rpc.orders.poll.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary: 'Open orders of a site, oldest first.',
    request: pollQuery.extend({
      site_id: identifier,
      etag: z.string().nullable(),
      credential_epoch: credentialEpoch,
      read_only: z
        .boolean()
        .optional()
        .describe('Somebody looks who will not carry the orders out: none counts as delivered.'),
    }),
    response: z.object({
      etag: z.string(),
      page: ordersResponse.nullable().describe('Null: nothing new since `etag`.'),
    }),
  },
  'rpc.orders.acknowledge.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary: 'The appliance takes an order on.',
    request: acknowledgeRequest.extend({
      host_id: identifier.optional().describe('The only appliance that the credential acts for.'),
      credential_epoch: credentialEpoch,
      principal_id: uuid,
      traceparent: z.string().optional(),
    }),
    response: acknowledgeResponse,
  },
  'rpc.orders.find-by-incident.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary: 'The order that answers an incident of a site, if there is one yet.',
    request: z.object({ site_id: identifier, incident_id: uuid }),
    response: z.object({ order_id: orderId.nullable() }),
  },
  'rpc.orders.appliance-key.v1': {
    owner: 'orders',
    askers: ['evidence'],
    summary: 'The enrolled public key of an appliance.',
    request: z.object({ site_id: identifier, host_id: identifier }),
    response: z.object({ public_key: hex(32).nullable() }),
  },
  'rpc.orders.enrol-appliance.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary:
      'Make a key the current one of an appliance and begin its next epoch. The same enrolment, the same answer.',
    request: enrolApplianceRequest,
    response: enrolApplianceResponse,
  },
  'rpc.orders.keys.v1': {
    owner: 'orders',
    askers: ['gateway'],
    summary: 'The keys that orders are signed with, and which appliances know them.',
    request: z.object({}),
    response: orderKeysReport,
  },
} as const satisfies Record<string, RequestContract>;
