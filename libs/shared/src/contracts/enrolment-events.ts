import {
  applianceEnrolled,
  enrolmentTokenCreatedEvent,
  enrolmentTokenRevokedEvent,
  enrolmentTokenUsedEvent,
  sitePolicyChanged,
} from './enrolment.ts';
import type { EventContract } from './event-contract.ts';

/** Events by which the ledger knows which box acts for an appliance, since when, and who let it in. */
export const enrolmentEvents = {
  'gateway.enrolment-token-created.v1': {
    owner: 'gateway',
    summary: 'Somebody made a token with which appliances of a site enrol.',
    schema: enrolmentTokenCreatedEvent,
    consumers: ['evidence'],
  },
  'gateway.enrolment-token-revoked.v1': {
    owner: 'gateway',
    summary: 'An enrolment token was revoked.',
    schema: enrolmentTokenRevokedEvent,
    consumers: ['evidence'],
  },
  'gateway.enrolment-token-used.v1': {
    owner: 'gateway',
    summary: 'An appliance enrolled with a token and got its credential.',
    schema: enrolmentTokenUsedEvent,
    consumers: ['evidence'],
  },
  'gateway.site-policy-changed.v1': {
    owner: 'gateway',
    summary: 'What a site demands of its appliances was changed.',
    schema: sitePolicyChanged,
    consumers: ['evidence'],
  },
  'orders.appliance-enrolled.v1': {
    owner: 'orders',
    summary: 'An appliance enrolled: its key is the current one, and a new epoch of its orders begins.',
    schema: applianceEnrolled,
    consumers: ['evidence'],
  },
} as const satisfies Record<string, EventContract>;
